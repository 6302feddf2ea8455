"""Puts the business system's stand-in together: its operations, faults on demand, and the page of its people."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulators.fund import errors
from simulators.fund.api import build_router
from simulators.fund.booking import BookingDesk
from simulators.fund.crowd import crowd
from simulators.fund.famous import famous_people
from simulators.fund.faults import Fault, Faults
from simulators.fund.identity import IdentityDesk
from simulators.fund.people import Person
from simulators.fund.times import Now, day_of

PAGE = Path(__file__).with_name("page")


class FundSettings(BaseSettings):
    """Variables `SIMULATOR_FUND_*`."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_FUND_", extra="ignore")

    api_key: str = Field(
        "", description="What the header X-Api-Key must hold; empty: not looked at"
    )
    seed: int = Field(2026, description="Other seeds make other people")


def build_app(settings: FundSettings | None = None, *, now: Now = time.time) -> FastAPI:
    """`now` is the time in seconds since 1970. The people's data are those of the day it is called."""
    settings = settings or FundSettings()
    today = day_of(now())
    people = famous_people(today) + crowd(today, settings.seed)
    identities, bookings, faults = IdentityDesk(people, now), BookingDesk(now), Faults()
    app = FastAPI(title="Business system stand-in", docs_url=None, redoc_url=None)
    app.state.identities = identities
    errors.install(app)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        if path.startswith("/v1/"):
            given = request.headers.get("x-api-key", "").encode()
            if settings.api_key and not hmac.compare_digest(given, settings.api_key.encode()):
                return errors.Refused("unauthorized").response()
            instead = await faults.answer(path)
            if instead is not None:
                return instead
        return await go_on(request)

    app.include_router(build_router(identities, bookings))
    _backstage(app, people, identities, faults)
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app


def _backstage(
    app: FastAPI, people: list[Person], identities: IdentityDesk, faults: Faults
) -> None:
    """What only the page and tests use."""

    @app.get("/people")
    async def everybody() -> list[dict[str, Any]]:
        return [
            {"name": p.name, "id_number": p.id_number, "phone": p.phone, "story": p.story}
            for p in people
        ]

    @app.get("/sms")
    async def sms() -> list[dict[str, Any]]:
        """Newest first."""
        return [vars(message) for message in reversed(identities.inbox)]

    @app.get("/faults")
    async def ordered() -> dict[str, Any]:
        return {"faults": faults.ordered, "calls": faults.calls}

    @app.post("/faults")
    async def order(fault: Fault) -> dict[str, bool]:
        faults.ordered.append(fault)
        return {"ok": True}

    @app.delete("/faults")
    async def forget() -> dict[str, bool]:
        faults.ordered.clear()
        faults.calls.clear()
        return {"ok": True}
