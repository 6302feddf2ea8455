"""The description of the HTTP interface that programs are written from."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from app.container import build
from app.main import build_http
from core.settings import Settings
from tests.integration.app.site import on_sqlite


@pytest.fixture
def described(settings: Settings) -> dict[str, Any]:
    app: FastAPI = build_http(build(settings))
    return app.openapi()


@on_sqlite
async def test_programs_find_their_login_their_errors_and_the_events(
    described: dict[str, Any],
) -> None:
    filing = described["paths"]["/api/v1/tickets"]["post"]
    assert filing["security"] == [{"bearer": []}]
    assert {"name", "in"} <= set(filing["parameters"][0])
    assert filing["parameters"][0]["name"] == "Idempotency-Key"
    assert "security" not in described["paths"]["/api/v1/auth/login"]["post"]
    answers = filing["responses"]
    assert answers["4XX"]["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
    event = described["webhooks"]["ticket.<step>"]["post"]["requestBody"]["content"]
    assert event["application/json"]["schema"]["$ref"].endswith("/TicketEvent")
    for name in ("TicketEvent", "EventTicket", "TicketDetail", "ApiKeyShown", "Error"):
        assert name in described["components"]["schemas"], name
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
