"""Tickets: what cannot be answered at once, with an owner and a history that proves it."""
