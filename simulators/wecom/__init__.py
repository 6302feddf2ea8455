"""A strict stand-in for 微信客服 (citizens reach a corp of 企业微信): its API and the citizen's side of it."""
