"""Accounts of the people who work here: login, sessions, roles, permissions."""
