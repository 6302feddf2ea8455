"""Whose a ticket becomes: rules by type, business, region and words; substitutes for those who are away."""
