"""Sets the product up on a fresh machine; the Makefile runs it, with the standard library only."""
