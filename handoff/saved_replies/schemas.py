"""What the console reads and writes of saved replies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from core.conversation.content import printable
from core.ids import Id
from handoff.saved_replies.models import SavedReply
from handoff.saved_replies.variables import VARIABLES

Scope = Literal["shared", "group", "own"]
MAX_TEXT = 2000


def _line(value: str) -> str:
    return " ".join(printable(value).split())


Line = Annotated[str, AfterValidator(_line)]
# Typed after the slash, so nothing that ends a word.
Shortcut = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, pattern=r"^[0-9A-Za-z_\-\u4e00-\u9fff]{0,32}$"
    ),
]


class SavedReplyWrite(BaseModel):
    """`group_id` exactly with scope group. The order on the page is by `position`, then by title."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    group_id: Id | None = None
    shortcut: Shortcut = ""
    title: Line = Field(min_length=1, max_length=64)
    text: str = Field(max_length=MAX_TEXT)
    category: Line = Field(default="", max_length=32)
    position: int = Field(default=0, ge=0, le=100_000)

    @field_validator("title")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if not value:
            raise ValueError("a reply needs a title")
        return value

    @field_validator("text")
    @classmethod
    def _cleaned(cls, value: str) -> str:
        cleaned = printable(value).strip()
        if not cleaned:
            raise ValueError("a reply needs a text")
        return cleaned

    @model_validator(mode="after")
    def _belongs(self) -> Self:
        if (self.scope == "group") != (self.group_id is not None):
            raise ValueError("group_id exactly with scope group")
        return self


class SavedReplyRead(BaseModel):
    """`editable`: by who asks."""

    id: str
    scope: Scope
    group_id: str | None
    group_name: str | None
    shortcut: str
    title: str
    initials: str
    text: str
    category: str
    position: int
    uses: int
    updated_at: datetime
    editable: bool

    @classmethod
    def of(cls, row: SavedReply, *, group_name: str | None, editable: bool) -> SavedReplyRead:
        fields = {
            name: getattr(row, name)
            for name in cls.model_fields
            if name not in ("group_name", "editable")
        }
        return cls.model_validate({**fields, "group_name": group_name, "editable": editable})


class ReplyGroup(BaseModel):
    id: str
    name: str


class ReplyVariable(BaseModel):
    """A place in a text, written {name}; who fills it goes by `means`."""

    name: str
    means: Literal["citizen", "agent", "business", "time", "ticket"]


class SavedReplyList(BaseModel):
    """All the caller may use, most used first. `groups`: those whose replies the caller sees."""

    items: list[SavedReplyRead]
    groups: list[ReplyGroup]
    variables: list[ReplyVariable] = [
        ReplyVariable.model_validate({"name": name, "means": means})
        for name, means in VARIABLES.items()
    ]


class ReplyRefused(BaseModel):
    """`row` as the spreadsheet counts, the head being 1."""

    row: int
    reason: str


class RepliesImported(BaseModel):
    added: int
    changed: int
    unchanged: int
    refused: list[ReplyRefused]
