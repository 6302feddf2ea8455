"""By when things are owed: policies, the clocks of each ticket, reminders, escalation, and why."""
