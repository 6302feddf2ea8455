"""Waiting for a person: who is let in, in which order, and how a conversation is claimed."""
