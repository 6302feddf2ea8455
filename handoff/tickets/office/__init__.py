"""Other systems: signed webhooks for every event, keys for programs, requests that may be repeated."""
