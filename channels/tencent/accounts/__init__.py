"""The administrators' side of an account: its secrets, its check, its condition."""
