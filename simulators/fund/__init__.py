"""A stand-in for the fund's business system."""
