"""Pages that open from a chat on WeChat."""
