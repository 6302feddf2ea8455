"""A strict stand-in for WeChat: its API with the real rules, and the citizen's side of it."""
