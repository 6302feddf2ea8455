"""Tickets as their citizens see them, after proving who they are."""
