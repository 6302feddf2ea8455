"""WeChat's rules for the menu below the chat, written from its documentation of menu/create. Pure."""

from __future__ import annotations

from typing import Any

MAX_BUTTONS, MAX_SUB_BUTTONS = 3, 5
NAME_BYTES, SUB_NAME_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024
# Types that carry a key and come back as an event; `view` opens a page.
KEYED = frozenset(
    {
        "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
        "location_select",
    }
)  # fmt: skip


def check(body: dict[str, Any]) -> int:
    """The error code of a menu: 0 when WeChat would take it."""
    buttons = body.get("button")
    if not isinstance(buttons, list):
        return 40016
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        return 40016
    return next((code for code in map(_button, buttons) if code), 0)


def _button(button: Any) -> int:
    if not isinstance(button, dict):
        return 47001
    if not _named(button, NAME_BYTES):
        return 40018
    subs = button.get("sub_button")
    if not subs:
        return _target(button, wrong_type=40017, wrong_key=40019, wrong_url=40020)
    if not isinstance(subs, list) or len(subs) > MAX_SUB_BUTTONS:
        return 40023
    return next((code for code in map(_sub_button, subs) if code), 0)


def _sub_button(button: Any) -> int:
    if not isinstance(button, dict):
        return 47001
    if button.get("sub_button"):
        return 40022
    if not _named(button, SUB_NAME_BYTES):
        return 40025
    return _target(button, wrong_type=40024, wrong_key=40026, wrong_url=40027)


def _named(button: dict[str, Any], limit: int) -> bool:
    return _sized(button.get("name"), limit)


def _target(button: dict[str, Any], *, wrong_type: int, wrong_key: int, wrong_url: int) -> int:
    kind = button.get("type")
    if kind == "view":
        url = button.get("url")
        is_address = _sized(url, URL_BYTES) and str(url).startswith(("http://", "https://"))
        return 0 if is_address else wrong_url
    if kind in KEYED:
        return 0 if _sized(button.get("key"), KEY_BYTES) else wrong_key
    return wrong_type


def _sized(value: Any, limit: int) -> bool:
    return isinstance(value, str) and 0 < len(value.encode()) <= limit
