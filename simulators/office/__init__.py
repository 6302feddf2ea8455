"""A stand-in for an office system (办公系统) that takes a department's tickets, answers them and gives them back."""
