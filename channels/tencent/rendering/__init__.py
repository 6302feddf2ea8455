"""From a message's content to the bubbles a citizen is shown."""
