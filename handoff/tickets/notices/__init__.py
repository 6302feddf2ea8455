"""What people are told of tickets: rows, so that nobody misses one by being away."""
