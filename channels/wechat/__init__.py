"""The WeChat official account channel: pushes from WeChat come in, customer-service messages go out."""
