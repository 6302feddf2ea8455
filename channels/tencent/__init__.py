"""What WeChat's services share: pushes, the way to the API, the rules of replying. 公众号, 小程序, 微信客服."""
