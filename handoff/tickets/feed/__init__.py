"""Which systems want to hear of tickets, and what is put aside for them in the very transaction of a step."""
