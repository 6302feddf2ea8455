"""The menu below an account's chat: built from its settings and the hot questions, pushed when it changed.

Sizes are WeChat's, in bytes of UTF-8 (documentation of menu/create): at most three buttons with names of 16 bytes,
five items below each with names of 60, keys of 128, addresses of 1024.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from channels.tencent.rendering.split import size
from core.conversation.ports import HotQuestion

BUTTONS, ITEMS = 3, 5
BUTTON_BYTES, ITEM_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024
# What a click of ours carries: the list of hot questions, an article's question, words as if they were typed.
HOT_KEY, ASK, SAY = "HOT", "ask:", "say:"
MORE = "更多热门问题"
HOT_TITLE = "热门问题"


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


class AppPage(_Entry):
    """A page of a mini-program, which must be linked with the official account. `url`: for WeChats too old for it."""

    app_id: Annotated[str, StringConstraints(pattern=r"^wx[A-Za-z0-9]{6,62}$")]
    page: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
    url: Url


class _Tapped(_Entry):
    """What a tap does: opens `url`, opens the mini-program's page `app`, shows the `hot` questions, or says `say` for
    the citizen (转人工); nothing of these: says its own name."""

    url: Url | None = None
    say: Words | None = None
    app: AppPage | None = None
    hot: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum((self.url is not None, self.say is not None, self.app is not None, self.hot)) > 1:
            raise ValueError("一个菜单项只能做一件事")
        return self

    def action(self, name: str) -> dict[str, Any]:
        if self.app is not None:
            page = {"appid": self.app.app_id, "pagepath": self.app.page}
            return {"type": "miniprogram", "name": name, "url": self.app.url, **page}
        if self.url is not None:
            return {"type": "view", "name": name, "url": self.url}
        if self.hot:
            return {"type": "click", "name": name, "key": HOT_KEY}
        return {"type": "click", "name": name, "key": SAY + (self.say or name)}


class MenuItem(_Tapped):
    """An item below a button."""

    name: ItemName

    def payload(self) -> dict[str, Any]:
        return self.action(self.name)


class MenuButton(_Tapped):
    """A button: with items below it, or tapped itself. `hot`: the hot questions are below it."""

    name: ButtonName
    items: list[MenuItem] = Field(default_factory=list, max_length=ITEMS)

    @model_validator(mode="after")
    def _items_alone(self) -> Self:
        if self.items and (self.url is not None or self.say is not None or self.app or self.hot):
            raise ValueError("有子菜单的一级菜单不能再做别的")
        return self

    def payload(self, hot: Sequence[HotQuestion]) -> dict[str, Any]:
        if self.items:
            return {"name": self.name, "sub_button": [item.payload() for item in self.items]}
        if self.hot and hot:
            return {"name": self.name, "sub_button": hot_items(hot)}
        return self.action(self.name)


class MenuConfig(_Entry):
    """The account's menu. Pushing it replaces the one edited in WeChat's console: so there is none by default."""

    buttons: list[MenuButton] = Field(
        default_factory=lambda: [MenuButton(name=HOT_TITLE, hot=True)], min_length=1, max_length=BUTTONS
    )  # fmt: skip

    @model_validator(mode="before")
    @classmethod
    def _as_it_was(cls, given: Any) -> Any:
        """Menus of the first release: the hot questions (`title`, `place`) beside at most two `others`."""
        if not isinstance(given, dict) or not given.keys() & {"title", "place", "others"}:
            return given
        rest = {
            key: value for key, value in given.items() if key not in {"title", "place", "others"}
        }
        ours, others = {"name": given.get("title", HOT_TITLE), "hot": True}, given.get("others", [])
        if not isinstance(others, list) or given.get("place", "first") not in {"first", "last"}:
            raise ValueError("菜单格式不对")
        buttons = [*others, ours] if given.get("place") == "last" else [ours, *others]
        return {**rest, "buttons": buttons}


def hot_items(hot: Sequence[HotQuestion]) -> list[dict[str, Any]]:
    """What is below the button of the hot questions; the last leads to all of them where there are more than five."""
    shown = hot if len(hot) <= ITEMS else hot[: ITEMS - 1]
    items = [
        {"type": "click", "name": shorten(each.question, ITEM_BYTES), "key": ASK + each.key}
        for each in shown
    ]
    if len(hot) > ITEMS:
        items.append({"type": "click", "name": MORE, "key": HOT_KEY})
    return items


def build_menu(config: MenuConfig, hot: Sequence[HotQuestion]) -> dict[str, Any]:
    """The body of menu/create."""
    return {"button": [button.payload(hot) for button in config.buttons]}


def shorten(text: str, limit: int) -> str:
    """The text within `limit` bytes of UTF-8, with an ellipsis where it was cut."""
    if size(text) <= limit:
        return text
    kept = text.encode()[: limit - size("…")].decode(errors="ignore")
    return kept.rstrip("，、（( ") + "…"
