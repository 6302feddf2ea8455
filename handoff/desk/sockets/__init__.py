"""What a desk can ask for over its socket, a group of commands a file. Thin; the services do the work."""
