"""Lists of tickets: filters, search, board, counters, bulk steps, export."""
