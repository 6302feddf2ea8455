"""What kinds of tickets there are: their fields, flow, priorities, numbers and templates, as data with versions."""
