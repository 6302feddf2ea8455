"""When people serve, and what becomes of a citizen who asks for them: hours, calendar, decision table, texts."""
