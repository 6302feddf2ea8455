"""What a message can hold: one model per content type of the contract. Every channel translates from and to these."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    field_validator,
    model_validator,
)

from core.errors import MessageEmpty, MessageTooLong
from core.ids import Id

# Pasted along unseen, they split names and numbers (5\u200b万); turned round, a text says what it does not hold.
# The joiners of emoji and of Uyghur stay.
_DECEIVING = frozenset("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Longer texts are pasted documents, not questions; agents get files for those.
MAX_TEXT = 4000


class _Content(BaseModel):
    # An error's text goes to the log, which must not hold what people wrote.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Citation(_Content):
    """Where an answer comes from."""

    document: str
    number: str = ""
    clause: str = ""
    link: str = ""

    def __str__(self) -> str:
        """《住房公积金管理条例》（国务院令第262号）第二十四条"""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.document.strip('《》')}》{number}{self.clause}"


class Choice(_Content):
    label: str
    value: str


class Table(_Content):
    """Short cells in rows; every row has a cell for each column. Channels that show only text make lines of it."""

    caption: str
    columns: list[str] = Field(min_length=1, max_length=8)
    rows: list[list[str]] = Field(max_length=400)

    @model_validator(mode="after")
    def _filled(self) -> Self:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row needs a cell for each column")
        return self


def _absent(value: object) -> bool:
    return value is None


# Most texts have none, and what is stored and sent of them does not speak of it.
_LEFT_OUT: dict[str, JsonValue] = {"x-left-out": True}


class FileContent(_Content):
    """`state`: a file that its channel still fetches, or that could not be had, for which `reason` is said."""

    type: Literal["image", "voice", "video", "file"]
    attachment_id: str
    url: str
    name: str
    size: int = Field(ge=0)
    media_type: str
    # Of a picture, in pixels: its room is kept free until it is there.
    width: int | None = Field(default=None, ge=1, exclude_if=_absent, json_schema_extra=_LEFT_OUT)
    height: int | None = Field(default=None, ge=1, exclude_if=_absent, json_schema_extra=_LEFT_OUT)
    # Of a picture too large for lists: the same, small.
    thumbnail_url: str | None = Field(default=None, exclude_if=_absent, json_schema_extra=_LEFT_OUT)
    # How long a voice message takes.
    seconds: int | None = Field(default=None, ge=0, exclude_if=_absent, json_schema_extra=_LEFT_OUT)
    state: Literal["pending", "failed"] | None = Field(
        default=None, exclude_if=_absent, json_schema_extra=_LEFT_OUT
    )
    reason: str | None = Field(default=None, exclude_if=_absent, json_schema_extra=_LEFT_OUT)


class TextContent(_Content):
    """`voice`: the recording in which it was said, where a channel made the text of it."""

    type: Literal["text"] = "text"
    text: str
    table: Table | None = Field(default=None, exclude_if=_absent, json_schema_extra=_LEFT_OUT)
    voice: FileContent | None = Field(default=None, exclude_if=_absent, json_schema_extra=_LEFT_OUT)


class ChoicesContent(_Content):
    type: Literal["choices"] = "choices"
    text: str
    choices: list[Choice] = Field(max_length=12)
    table: Table | None = Field(default=None, exclude_if=_absent, json_schema_extra=_LEFT_OUT)


class AnswerContent(_Content):
    """An answer from the knowledge base. `score` is the calibrated 0..1; `next` are questions to ask on.

    `variants`: what a channel shows in place of `text_md`, as plain text.
    """

    type: Literal["answer"] = "answer"
    text_md: str
    article_id: str
    question: str = ""
    score: float = Field(ge=0, le=1)
    citations: list[Citation]
    next: list[str] = []
    variants: dict[str, str] = {}


class AttachedFile(_Content):
    """A file as who sends it names it: uploaded before; the rest of FileContent is the server's to fill in."""

    type: Literal["image", "voice", "video", "file"]
    attachment_id: Id


def _usual(value: object) -> bool:
    return value == "wgs84"


class LocationContent(_Content):
    """`system`: what the degrees are measured by. China's maps, and WeChat, use gcj02, some 500 m off from wgs84."""

    type: Literal["location"] = "location"
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: str = ""
    system: Literal["wgs84", "gcj02"] = Field(
        default="wgs84", exclude_if=_usual, json_schema_extra=_LEFT_OUT
    )


class FormContent(_Content):
    type: Literal["form"] = "form"
    data: dict[str, Any]


class ActivityContent(_Content):
    """A line about the conversation's life: who did what. `text` is what people read."""

    type: Literal["activity"] = "activity"
    kind: str
    text: str
    data: dict[str, Any] = {}


Content = Annotated[
    TextContent
    | ChoicesContent
    | AnswerContent
    | FileContent
    | LocationContent
    | FormContent
    | ActivityContent,
    Field(discriminator="type"),
]

CONTENT: TypeAdapter[Content] = TypeAdapter(Content, config=ConfigDict(hide_input_in_errors=True))


class VisitorContent(_Content):
    """What a citizen may write, and an agent: plain text."""

    type: Literal["text"] = "text"
    text: str

    @field_validator("text")
    @classmethod
    def _clean(cls, value: str) -> str:
        return clean_text(value)


def clean_text(text: str) -> str:
    """Take out what is not printable, trim; raise MessageEmpty or MessageTooLong."""
    if len(text) > MAX_TEXT:
        raise MessageTooLong(limit=MAX_TEXT, length=len(text))
    cleaned = printable(text).strip()
    if not cleaned.strip("\u200b\u200c\u200d\u2060\ufeff \n\t"):
        raise MessageEmpty()
    return cleaned


def printable(text: str) -> str:
    """The text without control, unpaired and deceiving characters.

    Lone surrogates and NUL cannot be stored by PostgreSQL; other controls only harm screens.
    """
    unprintable = ("Cc", "Cs", "Co", "Cn")
    return "".join(
        c
        for c in text
        if c in "\n\t" or (unicodedata.category(c) not in unprintable and c not in _DECEIVING)
    )


@dataclass(frozen=True)
class Personal:
    """Marks a content as the citizen's own data: shown to the citizen alone and until `until`.

    `label` says to everybody else what it was (公积金账户余额). Choices of such a content must not be personal.
    """

    label: str
    until: datetime


def veiled(content: Content, text: str) -> Content:
    """`text` in place of a personal content; its choices stay, so that they can still be picked."""
    if isinstance(content, ChoicesContent) and content.choices:
        return ChoicesContent(text=text, choices=content.choices)
    return TextContent(text=text)


FILE_KINDS = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}


def file_line(file: FileContent) -> str:
    """A file in a line of text. What a recording is called says nothing; how long it is does."""
    name = f"{file.seconds}″" if file.type == "voice" and file.seconds else file.name
    return f"[{FILE_KINDS[file.type]}] {name}"


def plain_text(content: Content) -> str:
    """The content as one plain text: for search, summaries, and channels that show only text."""
    match content:
        case TextContent() | ChoicesContent():
            return (
                f"{content.text}\n\n{table_text(content.table)}" if content.table else content.text
            )
        case ActivityContent():
            return content.text
        case AnswerContent():
            return content.text_md
        case FileContent():
            return file_line(content)
        case LocationContent():
            return f"[位置] {content.label}".strip()
        case FormContent():
            return f"[表单] {content.data.get('title') or ''}".strip()


# As wide as a digit in fonts whose digits are all of one width, and never a place to break a line.
FIGURE_SPACE = "\u2007"


def table_text(table: Table) -> str:
    """The table as lines: 第1月｜4,003.40｜998,163.27. Cells of a column are filled up to one width."""
    lines = [table.columns, *table.rows]
    widths = [max(_width(line[n]) for line in lines) for n in range(len(table.columns))]
    return "\n".join([table.caption, *("｜".join(_fill(line, widths)) for line in lines)])


def _fill(line: list[str], widths: list[int]) -> list[str]:
    first, *others = line
    padded = [
        cell.rjust(len(cell) + w - _width(cell), FIGURE_SPACE)
        for cell, w in zip(others, widths[1:], strict=True)
    ]
    return [first.ljust(len(first) + widths[0] - _width(first), FIGURE_SPACE), *padded]


def _width(text: str) -> int:
    """In digits: what is Chinese takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
