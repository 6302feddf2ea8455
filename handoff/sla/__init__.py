"""Clocks that start, stop and run out: who has to answer whom by when."""
