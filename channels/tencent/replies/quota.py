"""The replies WeChat allows: which windows there are, which is spent first, what is left and until when. Pure.

Sources: official account, "客服消息介绍" (table 客服消息下发规则; a tap on a msgmenu item opens what a tap on the menu
opens, and not what a message opens); mini-program, "发送客服消息" (5 in 48 hours, 2 in a minute after entering; they do
not add up, count and end become the larger ones); 微信客服, "发送消息" (5 in 48 hours).

The same deed again begins its window anew. WeChat does not say which of several windows it charges first; here it is
the one that ends first, as what is left of it is lost soonest. Where WeChat counts otherwise, its refusals (45047,
45015) correct the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.conversation.status import Trigger

# What a citizen does that opens a window. Text, voice, a picture, a place ... are all `message`.
MESSAGE, CLICK, SUBSCRIBE, SCAN, ENTER = "message", "click", "subscribe", "scan", "enter"

# What WeChat received just in time for us may be over when our answer gets there; and clocks differ.
MOST_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Allowance:
    """So many replies, for so long after the citizen's deed."""

    replies: int
    lasts: timedelta

    @property
    def usable(self) -> timedelta:
        """For how long we count on it."""
        return self.lasts - min(self.lasts / 20, MOST_MARGIN)


@dataclass(frozen=True)
class Rules:
    """What a service allows. `windows`: by kind of deed. `pooled`: windows do not add up.

    `text_bytes`: of a text in UTF-8. `menu_head_bytes`: of the words above a list to tap on, and below it.
    `reported`: that a message failed after it was taken is reported later, under its key. `elsewhere`: kinds of lines
    that the service shows by other means, which cost no reply.
    """

    windows: Mapping[str, Allowance]
    pooled: bool = False
    text_bytes: int = 2048
    menu_head_bytes: int = 1024
    reported: bool = False
    elsewhere: frozenset[str] = frozenset()


_TWO_DAYS, _MINUTE = timedelta(hours=48), timedelta(seconds=60)

OFFICIAL_ACCOUNT = Rules(
    windows={
        MESSAGE: Allowance(5, _TWO_DAYS),
        CLICK: Allowance(3, _MINUTE),
        SUBSCRIBE: Allowance(3, _MINUTE),
        SCAN: Allowance(3, _MINUTE),
    }
)
MINI_PROGRAM = Rules(
    windows={MESSAGE: Allowance(5, _TWO_DAYS), ENTER: Allowance(2, _MINUTE)}, pooled=True
)
# The end of a conversation ends the session, and says so with a message of its own (发送欢迎语等事件响应消息).
WECOM_KF = Rules(
    windows={MESSAGE: Allowance(5, _TWO_DAYS)},
    reported=True,
    elsewhere=frozenset({Trigger.CLOSED.value}),
)


# By channel, as inboxes name it.
RULES: Mapping[str, Rules] = {
    "wechat": OFFICIAL_ACCOUNT,
    "miniprogram": MINI_PROGRAM,
    "wecom": WECOM_KF,
}


@dataclass(frozen=True)
class Window:
    """A citizen's last deed of its kind, and what was used of it. `closed`: the service said that it is over."""

    kind: str
    opened_at: datetime
    used: int = 0
    closed: bool = False


@dataclass(frozen=True)
class Left:
    """Replies that are left until `ends_at`."""

    kind: str
    replies: int
    ends_at: datetime


@dataclass(frozen=True)
class Standing:
    """What may be sent now. `open`: some window is, even if nothing is left of it. `windows`: that which ends first
    leads; those with nothing left are not among them. `limit`: what a message allows."""

    left: int
    limit: int
    ends_at: datetime | None
    open: bool
    windows: tuple[Left, ...] = ()


def standing(rules: Rules, windows: Iterable[Window], now: datetime) -> Standing:
    """How a citizen's windows stand at `now`."""
    current = [each for each in windows if _is_open(rules, each, now)]
    usable = sorted(
        (
            Left(each.kind, rules.windows[each.kind].replies - each.used, _ends(rules, each))
            for each in current
            if each.used < rules.windows[each.kind].replies
        ),
        key=lambda left: left.ends_at,
    )
    counts = [each.replies for each in usable]
    return Standing(
        left=max(counts, default=0) if rules.pooled else sum(counts),
        limit=rules.windows[MESSAGE].replies,
        ends_at=usable[-1].ends_at if usable else None,
        open=bool(current),
        windows=tuple(usable),
    )


def charged(rules: Rules, windows: Iterable[Window], now: datetime) -> tuple[str, ...]:
    """The kinds of the windows that one reply is taken from; empty when none may be sent."""
    usable = standing(rules, windows, now).windows
    # Where windows do not add up, a reply counts in each: what is left is then never thought to be more than it is.
    return tuple(each.kind for each in (usable if rules.pooled else usable[:1]))


def _is_open(rules: Rules, window: Window, now: datetime) -> bool:
    known = window.kind in rules.windows and not window.closed
    return known and now < _ends(rules, window)


def _ends(rules: Rules, window: Window) -> datetime:
    return window.opened_at + rules.windows[window.kind].usable
