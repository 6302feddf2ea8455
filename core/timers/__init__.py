"""Timers that survive a restart: rows with a due time, swept by one leader."""
