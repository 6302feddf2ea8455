"""Conversations: their status, messages, the engine that moves a message along, and the ports it needs."""
