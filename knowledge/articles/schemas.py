"""What an article holds, checked once for every way in: shipped files, imports, console."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from core.conversation.content import Citation
from core.ids import Id

NATIONWIDE = "全国"
# Stands in a draft that was started without an answer; it is never submitted.
TO_WRITE = "（待补充：请写明答案，并填写依据。）"
KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Status = Literal["draft", "in_review", "published", "retired"]
Audience = Literal["public", "internal"]
Channel = Literal["wechat"]

# Controls, halves of characters, and the marks that turn the direction of the text around them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _no_control_characters(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("含有控制字符")
    return value


def _plain_line_ends(value: object) -> object:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _address(value: str) -> str:
    """A link somebody can open. Raises ValueError."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or re.search(r"\s", value):
        raise ValueError("链接应是 http:// 或 https:// 开头的网址")
    return value


_Clean = AfterValidator(_no_control_characters)
# A question longer than this is a story; it belongs into the answer or must be cut by its editor.
Question = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200), _Clean
]
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=96)]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), _Clean
]
Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20000),
    BeforeValidator(_plain_line_ends),
    _Clean,
]
# Two messages on WeChat, which cuts at 2048 bytes.
ChannelText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1300),
    BeforeValidator(_plain_line_ends),
    _Clean,
]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), _Clean]


class Source(Citation):
    """A citation that names its document; its link, if it has one, can be opened."""

    document: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _Clean
    ]
    number: _Line = ""
    clause: _Line = ""
    link: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=500), _Clean, AfterValidator(_address)
    ] = ""  # fmt: skip


class ArticleContent(BaseModel):
    """The texts and limits of one version. `next` holds keys of other articles, `attachments` ids.

    `variants`: what a channel shows in place of the answer, as plain text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Question
    similar: list[Question] = Field(default=[], max_length=200)
    answer_md: Markdown
    citations: list[Source] = Field(default=[], max_length=20)
    business: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32), _Clean
    ] = "综合"
    region: Label = NATIONWIDE
    audience: Audience = "public"
    effective_from: date | None = None
    effective_to: date | None = None
    next: list[Key] = Field(default=[], max_length=10)
    tags: list[Label] = Field(default=[], max_length=20)
    variants: dict[Channel, ChannelText] = {}
    attachments: list[Id] = Field(default=[], max_length=10)

    @field_validator("similar", "tags", "next", "attachments")
    @classmethod
    def _distinct(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    @field_validator("effective_to")
    @classmethod
    def _ends_after_it_begins(cls, value: date | None, info: ValidationInfo) -> date | None:
        begins = info.data.get("effective_from")
        if begins and value and value < begins:
            raise ValueError("失效日期早于生效日期")
        return value

    def content_hash(self) -> str:
        """Hash of everything a reader could notice; equal hashes mean nothing to do.

        Fields at their defaults do not count: a field that is added later changes no hash.
        """
        values = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
