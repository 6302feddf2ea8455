"""Puts the SMS gateway's stand-in together: its two operations, the phones behind it, faults on demand, its page."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulators.sms.pushing import Pusher
from simulators.sms.signing import is_right
from simulators.sms.state import OFF, Fault, Now, State, Text

PAGE = Path(__file__).with_name("page")
ERROR_PAGE = "<!doctype html><html><body>502 Bad Gateway</body></html>"
STATUSES = {"bad_signature": 401, "busy": 429, "balance": 402}
Phone = Annotated[str, StringConstraints(pattern=r"^1[3-9][0-9]{9}$")]


class SmsSettings(BaseSettings):
    """Variables `SIMULATOR_SMS_*`."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_SMS_", extra="ignore")

    key: str = Field("", description="What calls and pushes are signed with; empty: not looked at")
    callback_url: str = Field("", description="Where reports and replies go; empty: nowhere")


class Message(BaseModel):
    phone: str
    sign: str = ""
    template: str
    params: dict[str, str] = {}
    text: str = Field(min_length=1, max_length=1000)


class Reply(BaseModel):
    phone: Phone
    text: str = Field(min_length=1, max_length=500)


def build_app(
    settings: SmsSettings | None = None,
    *,
    now: Now = time.time,
    http: httpx.AsyncClient | None = None,
) -> FastAPI:
    """`http`: what pushes go out by."""
    settings = settings or SmsSettings()
    state = State(now)
    pusher = Pusher(
        state=state, key=settings.key, url=settings.callback_url,
        http=http or httpx.AsyncClient(trust_env=False, timeout=5),
    )  # fmt: skip
    app = FastAPI(title="SMS gateway stand-in", docs_url=None, redoc_url=None)
    app.state.pusher = pusher
    _protocol(app, settings, state, pusher)
    _backstage(app, state, pusher)
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app


def _protocol(app: FastAPI, settings: SmsSettings, state: State, pusher: Pusher) -> None:
    async def refused(request: Request, fault: Fault | None) -> Response | None:
        """What comes instead of an answer; None: go on."""
        if fault is not None:
            if fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            if fault.kind in ("down", "page"):
                return Response(
                    ERROR_PAGE, 503 if fault.kind == "down" else 200, media_type="text/html"
                )
            if fault.kind in ("refuse", "refuse_200"):
                return _error(fault.code, 200 if fault.kind == "refuse_200" else None)
        body = await request.body()
        wrong = settings.key and not is_right(settings.key, request.headers, body, state.now())
        if wrong or (fault is not None and fault.kind == "signature"):
            return _error("bad_signature")
        return None

    @app.get("/v1/account")
    async def account(request: Request) -> Response:
        instead = await refused(request, state.fault())
        return instead or JSONResponse({"ok": True})

    @app.post("/v1/messages")
    async def send(
        request: Request, idempotency_key: Annotated[str, Header(max_length=128)]
    ) -> Response:
        fault = state.fault()
        instead = await refused(request, fault)
        if instead is not None:
            return instead
        kind = fault.kind if fault is not None else ""
        try:
            message = Message.model_validate_json(await request.body())
        except ValidationError:
            return _error("template_invalid")
        if not _is_phone(message.phone):
            return _error("number_invalid")
        number = state.keys.get(idempotency_key)
        if number is None:
            number = state.number()
            state.remember(idempotency_key, number)
            _arrive(state, pusher, message, number, idempotency_key, kind)
        if kind == "lost":
            return Response(status_code=504)
        return JSONResponse({"id": number})


def _arrive(
    state: State, pusher: Pusher, message: Message, number: str, key: str, kind: str
) -> None:
    """Into the phone's inbox, and a report of it."""
    delivered = not message.phone.endswith(OFF)
    signed = f"【{message.sign}】{message.text}" if message.sign else message.text
    text = Text(number, state.now(), signed, message.template)
    text.state = "delivered" if delivered else "undelivered"
    state.show(message.phone, text)
    report = {
        "id": number,
        "key": key,
        "delivered": delivered,
        "code": "DELIVRD" if delivered else "OFFLINE",
    }
    pusher.later({"reports": [report]}, forged=kind == "forged", times=2 if kind == "twice" else 1)


def _backstage(app: FastAPI, state: State, pusher: Pusher) -> None:
    """What only the page and tests use."""

    @app.get("/phones")
    async def phones() -> list[dict[str, Any]]:
        """The phone that was written to last comes first, and so do its texts."""
        return [
            {"phone": phone, "texts": [vars(text) for text in reversed(inbox)]}
            for phone, inbox in reversed(state.phones.items())
        ]

    @app.post("/reply")
    async def reply(body: Reply) -> dict[str, bool]:
        """Somebody writes back."""
        number = state.number()
        state.show(body.phone, Text(number, state.now(), body.text, "", "sent", mine=True))
        pushed = {"inbound": [{"id": number, "phone": body.phone, "text": body.text}]}
        return {"ok": await pusher.push(pushed)}

    @app.get("/faults")
    async def ordered() -> dict[str, Any]:
        return {"faults": state.faults, "calls": state.calls}

    @app.post("/faults")
    async def order(fault: Fault) -> dict[str, bool]:
        state.faults.append(fault)
        return {"ok": True}

    @app.delete("/faults")
    async def forget() -> dict[str, bool]:
        state.faults.clear()
        return {"ok": True}


def _is_phone(text: str) -> bool:
    return (
        len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1" and text[1] > "2"
    )


def _error(code: str, status: int | None = None) -> JSONResponse:
    error = {"code": code, "message": code.replace("_", " ")}
    return JSONResponse({"error": error}, status or STATUSES.get(code, 422))
