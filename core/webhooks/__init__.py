"""Signed JSON between servers, after the Standard Webhooks specification: signing, calling safely, posting an event."""
