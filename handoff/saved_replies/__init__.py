"""Saved replies (快捷回复): shared, of a group, or an agent's own."""
