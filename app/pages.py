"""The built web pages: the demo page, the embed script, the console."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.static import ANYWHERE, BuiltFiles, built_file
from core.auth.http import require
from core.auth.permissions import Permission
from core.errors import Unavailable
from core.settings import ROOT

DIST = ROOT / "web" / "dist"
PUBLIC = [Depends(require(Permission.PUBLIC))]


def _built(path: Path, request: Request, **extra: str) -> Response:
    if not path.is_file():
        raise Unavailable("网页还没有构建，请运行 make run。", part="web")
    return built_file(path, request.headers, extra)


def install(
    app: FastAPI,
    *,
    wechat_simulator_url: str,
    wecom_simulator_url: str,
    business_simulator_url: str,
    sms_simulator_url: str,
    office_simulator_url: str,
) -> None:
    router = APIRouter(include_in_schema=False, dependencies=PUBLIC)

    @router.get("/")
    async def demo(request: Request) -> Response:
        return _built(DIST / "demo.html", request)

    @router.get("/simulators/wechat")
    async def simulator() -> RedirectResponse:
        """From the demo page to the stand-in for WeChat, where one is running."""
        if not wechat_simulator_url:
            raise Unavailable("没有启动公众号模拟器。", part="simulators")
        return RedirectResponse(wechat_simulator_url)

    @router.get("/simulators/wecom")
    async def wecom_simulator() -> RedirectResponse:
        """From the demo page to the stand-in for 微信客服, where one is running."""
        if not wecom_simulator_url:
            raise Unavailable("没有启动微信客服模拟器。", part="simulators")
        return RedirectResponse(wecom_simulator_url)

    @router.get("/simulators/business")
    async def business_simulator() -> RedirectResponse:
        """From the demo page to the stand-in's made-up people and their text messages."""
        if not business_simulator_url:
            raise Unavailable("没有启动业务系统模拟器。", part="simulators")
        return RedirectResponse(business_simulator_url)

    @router.get("/simulators/sms")
    async def sms_simulator() -> RedirectResponse:
        """From the demo page to the stand-in's phones and the texts they got."""
        if not sms_simulator_url:
            raise Unavailable("没有启动短信模拟器。", part="simulators")
        return RedirectResponse(sms_simulator_url)

    @router.get("/simulators/office")
    async def office_simulator() -> RedirectResponse:
        """From the demo page to the stand-in's clerks and their tickets."""
        if not office_simulator_url:
            raise Unavailable("没有启动办公系统模拟器。", part="simulators")
        return RedirectResponse(office_simulator_url)

    @router.get("/widget.js")
    async def widget(request: Request) -> Response:
        """Other sites load it; that is what it is for."""
        return _built(DIST / "widget.js", request, **ANYWHERE)

    @router.get("/console")
    async def console_without_slash() -> RedirectResponse:
        return RedirectResponse("/console/")

    @router.get("/console/{path:path}")
    async def console(path: str, request: Request) -> Response:
        """The console is one page that finds its way by the address."""
        return _built(DIST / "console" / "index.html", request)

    app.mount("/console/assets", BuiltFiles(DIST / "console" / "assets"))
    app.mount("/widget", BuiltFiles(DIST / "widget", ANYWHERE))
    app.include_router(router)
