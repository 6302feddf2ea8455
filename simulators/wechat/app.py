"""Puts the WeChat stand-in together: API, citizen's side, and the page to chat by hand."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from simulators.wechat import api, citizen
from simulators.wechat.push import Pusher
from simulators.wechat.settings import WeChatSettings
from simulators.wechat.state import Now, State

PAGE = Path(__file__).with_name("page")


def build_app(
    settings: WeChatSettings, *, http: httpx.AsyncClient | None = None, now: Now = time.time
) -> FastAPI:
    """`http` reaches the product (tests pass one that needs no socket); `now` is the time in seconds."""
    app = FastAPI(title="WeChat stand-in", docs_url=None, redoc_url=None)
    state = State(settings.mode, now)
    app.state.simulator = state
    # A proxy set for this machine must not get between two of its own processes.
    client = http or httpx.AsyncClient(trust_env=False)
    pusher = Pusher(state=state, settings=settings, http=client)
    app.include_router(api.build_router(state, settings))
    app.include_router(citizen.build_router(state, settings, pusher))
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app
