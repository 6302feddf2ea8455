"""Commands of the command line that belong to no single package."""
