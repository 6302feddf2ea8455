"""The full page `/chat/{inbox}`: nothing but the window, for portals, WeChat menus and QR codes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, FastAPI, Path, Query
from fastapi.responses import HTMLResponse

from app.middleware import page_policy
from channels.tencent.pages.full_page import ARRIVAL_COOKIE, folder_of
from channels.web.appearance import InboxUnknown, web_inbox
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.widget import InboxWidget
from core.unit_of_work import UnitOfWorkFactory

PUBLIC = [Depends(require(Permission.PUBLIC))]
_TITLES = {"zh-CN": "在线咨询", "en": "Ask us"}
_NEEDS_SCRIPT = {
    "zh-CN": "在线咨询需要浏览器允许运行 JavaScript，请在浏览器设置中打开后刷新本页。",
    "en": "The chat needs JavaScript. Please allow it in your browser and reload this page.",
}
_UNKNOWN = {
    "zh-CN": ("没有找到这个咨询入口", "链接可能不完整，或者这个入口已经停用。请从官方网站或公众号重新进入。"),
    "en": ("There is no such chat", "The link may be incomplete or out of use. Please start from our website."),
}  # fmt: skip
_HEAD = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="format-detection" content="telephone=no">
<meta name="theme-color" content="{colour}">
<title>{title}</title>
<link rel="icon" href="data:,">
"""
_PAGE = (
    _HEAD
    + """{preload}<script type="module" src="../widget/page.js"></script>
</head>
<body>
<main data-inbox="{inbox}" data-lang="{lang}" data-from="{source}" data-settings="{settings}"{large}{token}></main>
<noscript>{needs_script}</noscript>
</body>
</html>
"""
)
_NOT_FOUND = (
    _HEAD
    + """<style>
body {{ margin: 0; padding: 20vh 24px 0; font: 18px/1.7 "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }}
body {{ color: #1c2733; text-align: center; }}
h1 {{ font-size: 24px; }}
</style>
</head>
<body><main><h1>{title}</h1><p>{advice}</p></main></body>
</html>
"""
)


def install(
    app: FastAPI,
    *,
    uows: UnitOfWorkFactory,
    dist: FilePath,
    allowed_origins: Sequence[str],
    public_url: str = "",
) -> None:
    """`allowed_origins`: whose pages may show this one in a frame; none named: anybody's, as with the widget."""
    folder = folder_of(public_url)
    router = APIRouter(include_in_schema=False, dependencies=PUBLIC)
    policy = page_policy(frame_ancestors=["'self'", *allowed_origins] if allowed_origins else ["*"])
    headers = {"content-security-policy": policy, "cache-control": "no-cache"}

    @router.get("/chat/{inbox_id}")
    async def chat(
        inbox_id: Annotated[str, Path(max_length=200)],
        lang: Annotated[str, Query(max_length=16)] = "zh-CN",
        source: Annotated[str, Query(alias="from", max_length=200)] = "",
        large: Annotated[str | None, Query(max_length=8)] = None,
        token: Annotated[str | None, Cookie(alias=ARRIVAL_COOKIE, max_length=512)] = None,
    ) -> HTMLResponse:
        """`from`: what the place is called from which the citizen comes; `large=1`: large text from the start.

        `token`: of whoever was just recognised by WeChat (channels/tencent/pages/full_page.py). It is handed over once.
        """
        language = "en" if lang.lower().startswith("en") else "zh-CN"
        try:
            inbox, look = await web_inbox(uows, inbox_id)
        except InboxUnknown:
            return HTMLResponse(_not_found(language), 404, headers)
        page = _PAGE.format(
            lang=language, title=escape(_title(look, language)), colour=look.colour, inbox=inbox.id,
            source=escape(source[:64]), settings=escape(look.model_dump_json()),
            large=" data-large" if large not in (None, "", "0") else "",
            token=f' data-token="{escape(token)}"' if token else "",
            preload=_preload(dist), needs_script=_NEEDS_SCRIPT[language],
        )  # fmt: skip
        answer = HTMLResponse(page, headers=headers)
        if token:
            answer.headers["cache-control"] = "no-store"
            answer.delete_cookie(ARRIVAL_COOKIE, path=f"{folder}/chat/{inbox.id}")
        return answer

    app.include_router(router)


def _title(look: InboxWidget, language: str) -> str:
    texts = look.texts_en if language == "en" else look.texts
    return texts.title or _TITLES[language]


def _preload(dist: FilePath) -> str:
    """The window's scripts are fetched beside page.js, which asks for them, and not after it."""
    parts = dist / "widget"
    names = [
        path.name for kind in ("first", "rolldown-runtime") for path in parts.glob(f"{kind}-*.js")
    ]
    return "".join(f'<link rel="modulepreload" href="../widget/{name}">\n' for name in names)


def _not_found(language: str) -> str:
    title, advice = _UNKNOWN[language]
    return _NOT_FOUND.format(lang=language, title=title, advice=advice, colour="#14579e")
