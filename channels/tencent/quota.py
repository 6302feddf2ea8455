"""The replies WeChat allows: which windows there are, which is spent first, what is left and until when. Pure.

Sources: official account, "客服消息介绍" (table 客服消息下发规则; a tap on a msgmenu item opens what a tap on the menu
opens, and not what a message opens); mini-program, "发送客服消息" (5 in 48 hours, 2 in a minute after entering);
微信客服, "发送消息" (5 in 48 hours). What a window allows does not add up: the same deed again begins it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

# What a citizen does that opens a window. Text, voice, a picture, a place ... are all `message`.
MESSAGE, CLICK, SUBSCRIBE, SCAN, ENTER = "message", "click", "subscribe", "scan", "enter"


@dataclass(frozen=True)
class Allowance:
    """So many replies, for so long after the citizen's deed."""

    replies: int
    lasts: timedelta


@dataclass(frozen=True)
class Rules:
    """What a service allows. `windows`: by kind of deed.

    `text_bytes`: of a text in UTF-8. `menu_head_bytes`: of the words above a list to tap on. `keyed`: a message sent
    again under the same key is not shown twice, so that one nobody knows of may be sent again.
    """

    windows: Mapping[str, Allowance]
    text_bytes: int = 2048
    menu_head_bytes: int = 1024
    keyed: bool = field(default=False)


_TWO_DAYS, _MINUTE = timedelta(hours=48), timedelta(seconds=60)

OFFICIAL_ACCOUNT = Rules(
    windows={
        MESSAGE: Allowance(5, _TWO_DAYS),
        CLICK: Allowance(3, _MINUTE),
        SUBSCRIBE: Allowance(3, _MINUTE),
        SCAN: Allowance(3, _MINUTE),
    }
)
MINI_PROGRAM = Rules(windows={MESSAGE: Allowance(5, _TWO_DAYS), ENTER: Allowance(2, _MINUTE)})
WECOM_KF = Rules(windows={MESSAGE: Allowance(5, _TWO_DAYS)})
