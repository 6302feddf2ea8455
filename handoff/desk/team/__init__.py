"""Colleagues on one conversation: who takes part, who was mentioned, to whom it is being handed."""
