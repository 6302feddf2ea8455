"""How WeChat's servers are called: tokens, exchanges, what they answered last."""
