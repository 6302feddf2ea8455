"""Who gets a conversation and when: rules, order and choice as pure functions, and their settings."""
