"""The people's side: handoff rules, queue, agents, desk, tickets, clocks, ratings."""
