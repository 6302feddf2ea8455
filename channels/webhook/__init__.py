"""Portals and apps with their own front end: signed JSON in and out, after the Standard Webhooks specification."""
