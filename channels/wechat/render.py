"""From a message's content to what WeChat can show. Pure; used by the outbound channel.

As few bubbles as possible: after a citizen's message WeChat allows five.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from channels.tencent.plain import markdown_to_text
from channels.tencent.split import MAX_BYTES, size, split_text
from core.conversation.choices import offered_choices
from core.conversation.content import (
    ActivityContent,
    AnswerContent,
    Choice,
    ChoicesContent,
    Citation,
    Content,
    FileContent,
    FormContent,
    LocationContent,
    TextContent,
    file_line,
    plain_text,
)

# WeChat names no limits for the official account's msgmenu; these are those of the same message in
# 微信客服 (send_msg: head and tail 1024 bytes, ten items of 128 bytes).
MENU_HEAD_BYTES = 1024
MENU_ITEM_BYTES = 128
MENU_ITEMS = 10

# An address on our own server, after its name: 申请表.pdf：/api/v1/...
_OURS = re.compile(r"(?<=：)/api/\S+")


@dataclass(frozen=True)
class TextBubble:
    text: str

    def payload(self, openid: str) -> dict[str, Any]:
        return {"touser": openid, "msgtype": "text", "text": {"content": self.text}}


@dataclass(frozen=True)
class MenuBubble:
    """A list to tap on. `items`: (id, label); the id comes back as `bizmsgmenuid`."""

    head: str
    items: tuple[tuple[str, str], ...]

    def payload(self, openid: str) -> dict[str, Any]:
        items = [{"id": item_id, "content": label} for item_id, label in self.items]
        menu = {"head_content": self.head, "list": items, "tail_content": ""}
        return {"touser": openid, "msgtype": "msgmenu", "msgmenu": menu}


@dataclass(frozen=True)
class Rendered:
    """`numbered`: choices are shown as a numbered list, to be answered with a number."""

    bubbles: list[TextBubble | MenuBubble]
    numbered: bool = False


def render(content: Content, *, message_id: str, public_url: str, menus: bool) -> Rendered:
    """The bubbles for `content`, in order. `menus`: whether the account may send lists to tap on."""
    text = _text_of(content, public_url)
    choices = offered_choices(content)
    if not choices:
        return Rendered(_texts(text))
    if isinstance(content, AnswerContent):
        text += "\n\n您可能还想问："
    if menus and _fits_menu(text, choices):
        items = tuple((menu_id(message_id, n), choice.label) for n, choice in enumerate(choices))
        return Rendered([MenuBubble(text, items)])
    lines = [f"{n}. {choice.label}" for n, choice in enumerate(choices, start=1)]
    return Rendered(_texts("\n".join([text, *lines, "（回复序号即可选择）"])), numbered=True)


def menu_id(message_id: str, index: int) -> str:
    return f"{message_id}:{index}"


def cite(citations: Sequence[Citation]) -> str:
    """The legal basis in one paragraph; empty without citations."""
    sources = [f"{citation} {citation.link}".rstrip() for citation in citations]
    if len(sources) > 1:
        # A line each: what follows a link in the same line would become part of it.
        return "\n".join(["依据：", *sources])
    return "".join(f"依据：{source}" for source in sources)


def answer_text(content: AnswerContent, public_url: str) -> str:
    """What WeChat shows of an answer: the editor's text for it, else the Markdown as plain text; then the sources."""
    own = content.variants.get("wechat")
    if own is not None:
        text = _OURS.sub(lambda found: public_url.rstrip("/") + found.group(), own)
    else:
        text = markdown_to_text(content.text_md, base=public_url)
    return "\n\n".join(part for part in (text, cite(content.citations)) if part)


def _text_of(content: Content, public_url: str) -> str:
    match content:
        case AnswerContent():
            return answer_text(content, public_url)
        case TextContent() | ChoicesContent() | ActivityContent():
            return plain_text(content)
        case FileContent():
            address = content.url if "://" in content.url else public_url.rstrip("/") + content.url
            return f"{file_line(content)}\n{address}"
        case LocationContent():
            return f"[位置] {content.label or f'{content.latitude}, {content.longitude}'}"
        case FormContent():
            return "[表单] 请在网页版中填写。"


def _fits_menu(text: str, choices: list[Choice]) -> bool:
    labels = [size(choice.label) for choice in choices]
    return (
        size(text) <= MENU_HEAD_BYTES
        and size(text) + sum(labels) <= MAX_BYTES
        and len(choices) <= MENU_ITEMS
        and all(0 < label <= MENU_ITEM_BYTES for label in labels)
    )


def _texts(text: str) -> list[TextBubble | MenuBubble]:
    return [TextBubble(part) for part in split_text(text, MAX_BYTES)]
