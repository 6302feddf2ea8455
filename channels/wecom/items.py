"""From a page of sync_msg to what happened, every field checked: what WeChat adds or leaves out breaks nothing. Pure.

Source: developer.work.weixin.qq.com, 94670 (接收消息和事件).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

# Who it is from: the citizen, WeChat, or a servicer who writes in 企业微信.
CITIZEN, WECHAT, SERVICER = 3, 4, 5
_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_MSGID = re.compile(r"[A-Za-z0-9_\-]{1,100}")
_MARK = re.compile(r"[\x21-\x7e]{1,512}")
# What is shown of a kind that is no text of the citizen's: the field with its title, and what to call it.
_TITLED = {
    "link": ("title", "链接"),
    "miniprogram": ("title", "小程序"),
    "business_card": ("", "名片"),
    "channels": ("title", "视频号"),
    "channels_shop_product": ("title", "视频号商品"),
    "channels_shop_order": ("product_titles", "视频号订单"),
    "merged_msg": ("title", "聊天记录"),
    "msgmenu": ("head_content", "菜单消息"),
    "meeting": ("", "会议"),
    "schedule": ("", "日程"),
    "note": ("", "笔记"),
}
MAX_SHOWN = 1000

MediaKind = Literal["image", "voice", "video", "file"]


@dataclass(frozen=True)
class Item:
    """What every item has. `msgid` is the same whenever the item is fetched again; `open_kfid` may be left out."""

    msgid: str
    open_kfid: str
    external_userid: str
    at: datetime


@dataclass(frozen=True)
class Words(Item):
    """A text of the citizen, or what stands for a kind we cannot show. `menu_id`: an item of a list was tapped."""

    text: str
    menu_id: str = ""


@dataclass(frozen=True)
class Media(Item):
    kind: MediaKind
    media_id: str


@dataclass(frozen=True)
class Place(Item):
    """In GCJ-02, as everywhere in WeChat."""

    latitude: float
    longitude: float
    label: str


@dataclass(frozen=True)
class Entered(Item):
    """The citizen opened the chat. `welcome_code` is there when a welcome may be sent, for 20 seconds."""

    scene: str
    welcome_code: str


@dataclass(frozen=True)
class NotDelivered(Item):
    """A message that send_msg took did not reach the citizen after all."""

    fail_msgid: str
    fail_type: int


@dataclass(frozen=True)
class Recalled(Item):
    """The citizen took a message back."""

    recall_msgid: str


@dataclass(frozen=True)
class Reassigned(Item):
    """The session changed hands in 企业微信. 1, 2, 4: a servicer has it; 3: the session is over."""

    change_type: int


@dataclass(frozen=True)
class ServicerSaid(Item):
    """A servicer wrote to the citizen in 企业微信."""

    text: str


@dataclass(frozen=True)
class Unheeded:
    """Nothing is to be done about it. `what`: kind and event, for the log."""

    what: str


Happening = (
    Words | Media | Place | Entered | NotDelivered | Recalled | Reassigned | ServicerSaid | Unheeded
)


def parse(row: object) -> Happening:
    """What an element of `msg_list` says. Never raises."""
    if not isinstance(row, Mapping):
        return Unheeded("no object")
    kind = _text(row, "msgtype")
    part = row.get(kind)
    part = part if isinstance(part, Mapping) else {}
    # Of an event, it stands in the event whose it is.
    whose = part if kind == "event" else row
    msgid, citizen = _text(row, "msgid"), _text(whose, "external_userid")
    at = _moment(row.get("send_time"))
    if not _MSGID.fullmatch(msgid) or not _ID.fullmatch(citizen) or at is None:
        return Unheeded(f"{kind[:32]} without an id")
    base = (msgid, _text(whose, "open_kfid")[:64], citizen, at)
    if kind == "event":
        return _event(base, part)
    origin = row.get("origin")
    if origin == SERVICER:
        return ServicerSaid(*base, text=_said(kind, part))
    return _message(base, kind, part) if origin == CITIZEN else Unheeded(f"origin {origin!s:.8}")


Base = tuple[str, str, str, datetime]


def _message(base: Base, kind: str, part: Mapping[str, Any]) -> Happening:
    match kind:
        case "text":
            return Words(*base, text=_text(part, "content"), menu_id=_text(part, "menu_id")[:128])
        case "image" | "voice" | "video" | "file":
            media_id = _mark(part, "media_id")
            return Media(*base, kind=kind, media_id=media_id) if media_id else Unheeded(kind)
        case "location":
            place = _place(base, part)
            return place or Words(*base, text=_said(kind, part))
    return Words(*base, text=_said(kind, part))


def _event(base: Base, part: Mapping[str, Any]) -> Happening:
    match _text(part, "event_type"):
        case "enter_session":
            scene = re.sub(r"[^0-9A-Za-z_-]", "", _text(part, "scene"))[:48]
            return Entered(*base, scene=scene, welcome_code=_mark(part, "welcome_code"))
        case "msg_send_fail":
            fail_type = _number(part.get("fail_type"))
            return NotDelivered(*base, fail_msgid=_mark(part, "fail_msgid"), fail_type=fail_type)
        case "user_recall_msg":
            return Recalled(*base, recall_msgid=_mark(part, "recall_msgid"))
        case "session_status_change":
            return Reassigned(*base, change_type=_number(part.get("change_type")))
        case other:
            # servicer_status_change, servicer_recall_msg, reject_customer_msg_switch_change, and what comes to be.
            return Unheeded(f"event {other[:48]}")


def _place(base: Base, part: Mapping[str, Any]) -> Place | None:
    latitude, longitude = _degrees(part.get("latitude"), 90), _degrees(part.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    label = " ".join(filter(None, (_text(part, "name"), _text(part, "address"))))
    return Place(*base, latitude=latitude, longitude=longitude, label=label[:200])


def _said(kind: str, part: Mapping[str, Any]) -> str:
    """A line that stands for it: [链接] 标题 and where it leads."""
    if kind == "text":
        return _text(part, "content")
    field, name = _TITLED.get(kind, ("", {"image": "图片", "voice": "语音", "video": "视频",
                                          "file": "文件", "location": "位置"}.get(kind, "其他消息")))  # fmt: skip
    lines = [f"[{name}] {_text(part, field) if field else ''}".strip()]
    if kind == "link":
        lines += [_text(part, "desc"), _text(part, "url")]
    if kind == "merged_msg" and isinstance(part.get("item"), list):
        lines += [_quoted(each) for each in part["item"][:20]]
    return "\n".join(line for line in lines if line)[:MAX_SHOWN]


def _quoted(entry: object) -> str:
    """A line of a forwarded chat; what was said is JSON inside JSON, so only who wrote a message stands here."""
    if not isinstance(entry, Mapping):
        return ""
    return f"{_text(entry, 'sender_name')}：[{_text(entry, 'msgtype')[:24]}]"


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _mark(fields: Mapping[str, Any], name: str) -> str:
    """An id or code of WeChat's; "" for what can be none, which no database should be asked for."""
    value = _text(fields, name)
    return value if _MARK.fullmatch(value) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _degrees(value: object, most: int) -> float | None:
    # Sent as a number; in some of the examples as a text.
    try:
        degrees = float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
    return degrees if degrees is not None and -most <= degrees <= most else None


def _moment(value: object) -> datetime | None:
    try:
        seconds = _number(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (OverflowError, OSError, ValueError):
        return None
