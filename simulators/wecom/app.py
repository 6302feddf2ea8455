"""Puts the 微信客服 stand-in together: API, citizen's side, and the page to chat by hand."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
from fastapi import FastAPI

from simulators.tencent.clock import Clock, Now
from simulators.tencent.pages import mount_page
from simulators.wecom import api, citizen, control
from simulators.wecom.push import Pusher
from simulators.wecom.settings import WeComSettings
from simulators.wecom.state import State

PAGE = Path(__file__).with_name("page")


def build_app(
    settings: WeComSettings, *, http: httpx.AsyncClient | None = None, now: Now = time.time
) -> FastAPI:
    """`http` reaches the product (tests pass one that needs no socket); `now` is the time in seconds."""
    app = FastAPI(title="WeCom stand-in", docs_url=None, redoc_url=None)
    state = State(settings.accounts, Clock(now))
    app.state.simulator = state
    # A proxy set for this machine must not get between two of its own processes.
    client = http or httpx.AsyncClient(trust_env=False)
    pusher = Pusher(state=state, settings=settings, http=client)
    app.include_router(api.build_router(state, settings, pusher))
    app.include_router(citizen.build_router(state, settings, pusher))
    app.include_router(control.build_router(state, settings, pusher))
    mount_page(app, PAGE)
    return app
