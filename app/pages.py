"""The built web pages: the demo page, the embed script, the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import FileResponse, RedirectResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from core.auth.http import require
from core.auth.permissions import Permission
from core.errors import Unavailable
from core.settings import ROOT

DIST = ROOT / "web" / "dist"
_FOR_EVER = "public, max-age=31536000, immutable"
PUBLIC = [Depends(require(Permission.PUBLIC))]


def _built(path: Path) -> FileResponse:
    if not path.is_file():
        raise Unavailable("网页还没有构建，请运行 make run。", part="web")
    # The address stays the same from version to version, so browsers must ask whether it changed.
    return FileResponse(path, headers={"cache-control": "no-cache"})


class _WidgetParts(StaticFiles):
    """What widget.js fetches, for pages of any origin. Names with a hash never change; app.js is asked for anew."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        whole = Path(str(args[0])).name == "app.js"
        response.headers["cache-control"] = "no-cache" if whole else _FOR_EVER
        # Modules come with CORS or not at all.
        response.headers["access-control-allow-origin"] = "*"
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        return response


def install(
    app: FastAPI,
    *,
    wechat_simulator_url: str,
    business_simulator_url: str,
    sms_simulator_url: str,
) -> None:
    router = APIRouter(include_in_schema=False, dependencies=PUBLIC)

    @router.get("/")
    async def demo() -> FileResponse:
        return _built(DIST / "demo.html")

    @router.get("/simulators/wechat")
    async def simulator() -> RedirectResponse:
        """From the demo page to the stand-in for WeChat, where one is running."""
        if not wechat_simulator_url:
            raise Unavailable("没有启动公众号模拟器。", part="simulators")
        return RedirectResponse(wechat_simulator_url)

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

    @router.get("/widget.js")
    async def widget() -> FileResponse:
        response = _built(DIST / "widget.js")
        # Other sites load it; that is what it is for.
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        return response

    @router.get("/console")
    async def console_without_slash() -> RedirectResponse:
        return RedirectResponse("/console/")

    @router.get("/console/{path:path}")
    async def console(path: str) -> FileResponse:
        """The console is one page that finds its way by the address."""
        return _built(DIST / "console" / "index.html")

    app.mount(
        "/console/assets", StaticFiles(directory=DIST / "console" / "assets", check_dir=False)
    )
    app.mount("/widget", _WidgetParts(directory=DIST / "widget", check_dir=False))
    app.include_router(router)
