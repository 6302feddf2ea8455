"""Sensitive words: lists, how they are found, what is done about them."""
