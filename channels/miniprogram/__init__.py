"""Mini-programs: login by code for the chat page, and the customer messages behind WeChat's own button."""
