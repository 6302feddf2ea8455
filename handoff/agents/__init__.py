"""The people at the desk: presence, capacity, skill groups."""
