"""The menu below an account's chat: built from its settings and the hot questions, pushed when it changed.

Sizes are WeChat's, in bytes of UTF-8 (documentation of menu/create): at most three buttons with names of 16 bytes,
five items below each with names of 60, keys of 128, addresses of 1024.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from channels.tencent.split import size
from core.conversation.ports import HotQuestion

log = logging.getLogger(__name__)

BUTTONS, ITEMS = 3, 5
BUTTON_BYTES, ITEM_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024
# What a click of ours carries: the list of hot questions, an article's question, words as if they were typed.
HOT_KEY, ASK, SAY = "HOT", "ask:", "say:"
MORE = "更多热门问题"


def _within(limit: int, what: str) -> AfterValidator:
    def check(value: str) -> str:
        if size(value) > limit:
            raise ValueError(f"{what}不能超过 {limit} 字节（每个汉字 3 字节）")
        return value

    return AfterValidator(check)


_Text = StringConstraints(strip_whitespace=True, min_length=1)
ButtonName = Annotated[str, _Text, _within(BUTTON_BYTES, "一级菜单名称")]
ItemName = Annotated[str, _Text, _within(ITEM_BYTES, "子菜单名称")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$"), _within(URL_BYTES, "链接")]
Words = Annotated[str, _Text, _within(KEY_BYTES - len(SAY), "要说的话")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MenuItem(_Entry):
    """An item below a button: opens `url`, or says `say` for the citizen (转人工)."""

    name: ItemName
    url: Url | None = None
    say: Words | None = None

    def payload(self) -> dict[str, Any]:
        if self.url is not None:
            return {"type": "view", "name": self.name, "url": self.url}
        return {"type": "click", "name": self.name, "key": SAY + (self.say or self.name)}


class MenuButton(_Entry):
    """A button of the account's own beside ours: as an item, or with items below it."""

    name: ButtonName
    url: Url | None = None
    say: Words | None = None
    items: list[MenuItem] = Field(default_factory=list, max_length=ITEMS)

    def payload(self) -> dict[str, Any]:
        if self.items:
            return {"name": self.name, "sub_button": [item.payload() for item in self.items]}
        return MenuItem(name=self.name, url=self.url, say=self.say).payload()


class MenuConfig(_Entry):
    """The account's menu. Pushing it replaces the one edited in WeChat's console: so there is none by default."""

    title: ButtonName = "热门问题"
    place: Literal["first", "last"] = "first"
    others: list[MenuButton] = Field(default_factory=list, max_length=BUTTONS - 1)


def build_menu(config: MenuConfig, hot: Sequence[HotQuestion]) -> dict[str, Any]:
    """The body of menu/create. With more than five hot questions the last item leads to all of them."""
    ours: dict[str, Any] = {"type": "click", "name": config.title, "key": HOT_KEY}
    if hot:
        shown = hot if len(hot) <= ITEMS else hot[: ITEMS - 1]
        items = [
            {"type": "click", "name": shorten(each.question, ITEM_BYTES), "key": ASK + each.key}
            for each in shown
        ]
        if len(hot) > ITEMS:
            items.append({"type": "click", "name": MORE, "key": HOT_KEY})
        ours = {"name": config.title, "sub_button": items}
    others = [button.payload() for button in config.others]
    return {"button": [ours, *others] if config.place == "first" else [*others, ours]}


def shorten(text: str, limit: int) -> str:
    """The text within `limit` bytes of UTF-8, with an ellipsis where it was cut."""
    if size(text) <= limit:
        return text
    kept = text.encode()[: limit - size("…")].decode(errors="ignore")
    return kept.rstrip("，、（( ") + "…"
