"""The replies WeChat allows: windows, what waits for one, reminding the citizen of it."""
