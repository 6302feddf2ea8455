"""The supervisor's wall: how queue, agents and conversations stand now, what alerts were raised, and today's totals."""
