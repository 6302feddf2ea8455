"""A stand-in for an SMS gateway and for the phones it reaches."""
