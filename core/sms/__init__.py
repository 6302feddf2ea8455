"""Text messages: what is to be sent, the providers' port, codes that prove a phone. Adapters are in channels/sms."""
