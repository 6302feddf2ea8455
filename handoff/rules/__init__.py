"""When a conversation goes from the bot to people: pure rules over settings that are data."""
