"""Secrets that other systems gave us or got from us: sealed before they reach the database."""
