"""What send_msg and send_msg_on_event take: every kind checked against its limits, and shown to the citizen.

Sources: developer.work.weixin.qq.com 94677 (发送消息) and 95122 (事件响应消息).
"""

from __future__ import annotations

import re
from typing import Any

from simulators.wecom.rules import MEDIA_SECONDS
from simulators.wecom.state import Citizen, State

MAX_TEXT_BYTES = 2048
MSGID = re.compile(r"[0-9a-zA-Z_-]{0,32}")
MAX_ITEMS = 10
HEAD_BYTES = 1024
# type of a menu item -> most bytes of what is shown of it
ITEM_BYTES = {"click": 128, "view": 1024, "miniprogram": 1024, "text": 256}
MEDIA_KINDS = frozenset({"image", "voice", "video", "file"})
NAMES = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}

# The error code, and what the citizen sees (fields of Shown).
Parsed = tuple[int, dict[str, Any]]


def check_id(body: dict[str, Any]) -> int:
    msgid = body.get("msgid", "")
    return 0 if isinstance(msgid, str) and MSGID.fullmatch(msgid) else 40058


def parse(state: State, body: dict[str, Any], *, kinds: frozenset[str] | None = None) -> Parsed:
    """`kinds`: what is allowed here, None everything."""
    kind = body.get("msgtype")
    if not isinstance(kind, str) or (kinds is not None and kind not in kinds):
        return 40008, {}
    part = body.get(kind)
    if not isinstance(part, dict):
        return 47001, {}
    match kind:
        case "text":
            return _text(part)
        case "msgmenu":
            return _menu(part)
        case "link":
            return _link(state, part)
        case "location":
            return _location(part)
        case "miniprogram":
            return _miniprogram(state, part)
        case _ if kind in MEDIA_KINDS:
            return _media(state, kind, part)
    return 40008, {}


def deliver(state: State, citizen: Citizen, shown: dict[str, Any], msgid: str) -> None:
    """A msgid that comes again is another message: the documentation promises nothing else."""
    state.sent_ids.add(msgid)
    state.show(citizen, "account", shown.pop("text", ""), msgid=msgid, **shown)


def _text(part: dict[str, Any]) -> Parsed:
    content = part.get("content")
    if not isinstance(content, str):
        return 47001, {}
    if not content:
        return 44004, {}
    return (45002 if len(content.encode()) > MAX_TEXT_BYTES else 0), {"text": content}


def _menu(part: dict[str, Any]) -> Parsed:
    head, tail, items = part.get("head_content", ""), part.get("tail_content", ""), part.get("list")
    if not isinstance(head, str) or not isinstance(tail, str) or not isinstance(items, list):
        return 47001, {}
    if len(head.encode()) > HEAD_BYTES or len(tail.encode()) > HEAD_BYTES:
        return 45002, {}
    if len(items) > MAX_ITEMS:
        return 95008, {}
    menu: list[tuple[str, str]] = []
    for item in items:
        code, entry = _item(item)
        if code:
            return code, {}
        menu.append(entry)
    return 0, {"text": head, "tail": tail, "menu": menu, "kind": "msgmenu"}


def _item(item: Any) -> tuple[int, tuple[str, str]]:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind not in ITEM_BYTES:
        return 95009, ("", "")
    part = item.get(kind)
    content = part.get("content") if isinstance(part, dict) else None
    if not isinstance(content, str) or not 1 <= len(content.encode()) <= ITEM_BYTES[kind]:
        return 40058, ("", "")
    mark = str(part.get("id", "") if kind == "click" else part.get("url", ""))
    if len(mark.encode()) > (128 if kind == "click" else 2048):
        return 40058, ("", "")
    return 0, (mark, content)


def _link(state: State, part: dict[str, Any]) -> Parsed:
    title, url = part.get("title"), part.get("url")
    if not isinstance(title, str) or not title or not isinstance(url, str):
        return 40058, {}
    if not re.match(r"https?://", url) or len(url.encode()) > 2048:
        return 40058, {}
    code = _has_media(state, part.get("thumb_media_id"))
    # WeChat cuts what is longer: title 128 bytes, description 512.
    shown = title.encode()[:128].decode(errors="ignore")
    description = str(part.get("desc", "")).encode()[:512].decode(errors="ignore")
    return code, {"text": shown, "tail": description, "url": url, "kind": "link"}


def _location(part: dict[str, Any]) -> Parsed:
    latitude, longitude = part.get("latitude"), part.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return 40058, {}
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return 40058, {}
    return 0, {"text": str(part.get("name") or f"{latitude}, {longitude}"), "kind": "location"}


def _miniprogram(state: State, part: dict[str, Any]) -> Parsed:
    if not part.get("appid") or not part.get("pagepath"):
        return 40058, {}
    code = _has_media(state, part.get("thumb_media_id"))
    return code, {"text": str(part.get("title", "")), "kind": "miniprogram"}


def _media(state: State, kind: str, part: dict[str, Any]) -> Parsed:
    media_id = part.get("media_id")
    code = _has_media(state, media_id)
    name = state.media[str(media_id)].name if not code else ""
    return code, {"text": f"[{NAMES[kind]}] {name}", "kind": kind, "media_id": str(media_id)}


def _has_media(state: State, media_id: object) -> int:
    media = state.media.get(media_id) if isinstance(media_id, str) else None
    return 0 if media is not None and state.now() - media.at < MEDIA_SECONDS else 40007
