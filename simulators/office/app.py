"""Puts the office's stand-in together: the address that takes events, what its clerks do, faults, its page."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulators.office.calling import Product, ProductRefused
from simulators.office.signing import is_right
from simulators.office.state import Fault, Now, OfficeTicket, State

PAGE = Path(__file__).with_name("page")


class OfficeSettings(BaseSettings):
    """Variables `SIMULATOR_OFFICE_*`."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_OFFICE_", extra="ignore")

    secret: str = Field("", description="What events are signed with; empty: nothing is taken")
    api: str = Field("", description="The product's API, such as http://127.0.0.1:8000/api/v1")
    key: str = Field("", description="What the product is called with")
    department_id: str = Field("", description="Whose tickets these are; empty: all that come")
    department: str = Field("", description="What the department is called on the page")


class Words(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def build_app(
    settings: OfficeSettings | None = None,
    *,
    now: Now = time.time,
    http: httpx.AsyncClient | None = None,
    pause: float = 1.0,
) -> FastAPI:
    """`http` reaches the product; `pause`: seconds between its tries."""
    settings = settings or OfficeSettings()
    state = State(now)
    product = Product(
        api=settings.api, key=settings.key, state=state, pause=pause,
        http=http or httpx.AsyncClient(trust_env=False, timeout=10),
    )  # fmt: skip
    app = FastAPI(title="Office stand-in", docs_url=None, redoc_url=None)
    app.state.office = state
    _events(app, settings, state)
    _clerks(app, state, product)
    _backstage(app, settings, state)
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app


def _events(app: FastAPI, settings: OfficeSettings, state: State) -> None:
    @app.post("/events")
    async def take(request: Request) -> Response:
        """Store and answer; who works on it comes later."""
        fault = state.fault("down", "error", "slow", "lost")
        if fault is not None:
            await asyncio.sleep(fault.seconds if fault.kind == "slow" else 0)
            if fault.kind in ("down", "error"):
                return Response(status_code=503 if fault.kind == "down" else 500)
        body = await request.body()
        if not settings.secret or not is_right(settings.secret, request.headers, body, state.now()):
            state.refused += 1
            return Response(status_code=401)
        if not state.is_repeat(request.headers["webhook-id"]):
            event = json.loads(body)
            if event["type"].startswith("ticket."):
                state.take(event["data"], settings.department_id)
        return Response(status_code=504 if fault is not None and fault.kind == "lost" else 204)


def _clerks(app: FastAPI, state: State, product: Product) -> None:
    async def done(work: Any) -> JSONResponse:
        try:
            ticket = await work
        except ProductRefused as refused:
            error = {"code": refused.code, "message": refused.message}
            return JSONResponse({"ok": False, "error": error}, refused.status or 502)
        return JSONResponse({"ok": True, "status": ticket["status"], "version": ticket["version"]})

    @app.post("/tickets/{ticket_id}/answer")
    async def answer(ticket_id: str, body: Words) -> JSONResponse:
        return await done(product.answer(ticket_id, body.text))

    @app.post("/tickets/{ticket_id}/return")
    async def give_back(ticket_id: str, body: Words) -> JSONResponse:
        return await done(product.give_back(ticket_id, body.text))


def _backstage(app: FastAPI, settings: OfficeSettings, state: State) -> None:
    """What only the page and tests use."""

    @app.get("/tickets")
    async def tickets() -> dict[str, Any]:
        """The latest first."""
        shown: list[OfficeTicket] = list(reversed(state.tickets.values()))
        return {
            "department": settings.department,
            "tickets": [each.model_dump() for each in shown],
            "events": len(state.seen),
            "repeats": state.repeats,
            "refused": state.refused,
        }

    @app.get("/faults")
    async def ordered() -> list[Fault]:
        return state.faults

    @app.post("/faults")
    async def order(fault: Fault) -> dict[str, bool]:
        state.faults.append(fault)
        return {"ok": True}

    @app.delete("/faults")
    async def forget() -> dict[str, bool]:
        state.faults.clear()
        return {"ok": True}
