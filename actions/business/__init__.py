"""The way to the fund's business system: core's BusinessGateway over HTTP, as docs/business-api.yaml describes it."""
