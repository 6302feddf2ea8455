"""Requests of programs that are done once, however often they are sent: the Idempotency-Key header."""
