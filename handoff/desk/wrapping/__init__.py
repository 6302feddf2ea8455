"""Wrap-up: what an agent notes about a service when it is over, and the time for it."""
