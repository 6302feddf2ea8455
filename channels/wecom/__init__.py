"""微信客服: citizens reach a 客服账号 of a corp of 企业微信, from anywhere in WeChat."""
