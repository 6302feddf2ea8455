"""How what waits gets to the citizen: planned, sent bubble by bubble, written down."""
