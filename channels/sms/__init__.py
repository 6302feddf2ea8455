"""Providers of text messages: the console, an HTTP gateway, Aliyun, Tencent Cloud; their reports; the settings."""
