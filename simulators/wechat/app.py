"""Puts the WeChat stand-in together: API, citizen's side, control, and the page to chat by hand."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
from fastapi import FastAPI

from simulators.tencent.clock import Now
from simulators.tencent.pages import mount_page
from simulators.wechat import citizen, control
from simulators.wechat.api import authorise, custom, media, menus, notices, sns, tokens, users
from simulators.wechat.push import Pusher
from simulators.wechat.settings import MiniProgramSettings, WeChatSettings
from simulators.wechat.state import MINI_PROGRAM, OFFICIAL, State

PAGE = Path(__file__).with_name("page")


def build_app(
    settings: WeChatSettings,
    mini_program: MiniProgramSettings | None = None,
    *,
    http: httpx.AsyncClient | None = None,
    now: Now = time.time,
) -> FastAPI:
    """`http` reaches the product (tests pass one that needs no socket); `now` is the time in seconds."""
    app = FastAPI(title="WeChat stand-in", docs_url=None, redoc_url=None)
    state = State(http, now)
    state.play(OFFICIAL, settings)
    state.play(MINI_PROGRAM, mini_program or MiniProgramSettings())
    app.state.simulator = state
    pusher = Pusher(state)
    for api in (tokens, custom, media, users, menus, notices, sns, authorise):
        app.include_router(api.build_router(state))
    for side in (citizen, control):
        app.include_router(side.build_router(state, pusher))
    mount_page(app, PAGE)
    return app
