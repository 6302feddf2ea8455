"""What is done to a ticket: filing, stepping along its table and flow, telling its citizen."""
