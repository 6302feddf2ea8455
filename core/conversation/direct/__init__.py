"""The short way between a citizen and the agent who serves: stored together with what others write at the moment."""
