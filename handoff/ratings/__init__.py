"""What citizens thought of the service by a person."""
