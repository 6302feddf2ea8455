"""What the import routes take and return."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.articles.diff import Segment
from knowledge.ingest.readers import MAX_ROWS

State = Literal["reading", "ready", "applying", "done", "cancelled", "failed"]
RowOutcome = Literal["new", "changed", "unchanged", "duplicate", "refused"]
Form = Literal["xlsx", "csv", "jsonl", "docx", "md", "html"]


class RowCounts(BaseModel):
    """Rows by outcome; known from `ready` on."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    refused: int = 0


class RowResults(BaseModel):
    """Rows by what was done with them; known when it is `done`.

    published: the text was there as a draft. conflict: the article was left as it is, the row's reason says why.
    """

    created: int = 0
    changed: int = 0
    published: int = 0
    unchanged: int = 0
    skipped: int = 0
    conflict: int = 0
    refused: int = 0


class RowWarnings(BaseModel):
    """Rows to look at before they are imported; known from `ready` on.

    retired: they would bring back what a person has retired, and are left unless chosen. uncited: citizens would
    be told an answer that names no source.
    """

    retired: int = 0
    uncited: int = 0


class ImportRead(BaseModel):
    """One import. `done` of `total` rows of the step under way; `total` is unknown until the file was read once.

    `taken` and `left`: rows an editor chose to take or to leave, by outcome; told while it is `ready`.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    file: str
    size: int
    state: State
    done: int
    total: int | None
    counts: RowCounts
    warnings: RowWarnings
    taken: RowCounts = RowCounts()
    left: RowCounts = RowCounts()
    options: dict[str, Any]
    result: RowResults
    error_code: str
    error: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class ImportPage(BaseModel):
    """Newest first."""

    items: list[ImportRead]
    next: str | None


class RowRead(BaseModel):
    """A row of the file. `number` is the line, row or page a person finds it at; `position` its place, from 1.

    `fields`: columns that differ from the article. near_*: what a duplicate repeats, and how alike they are, 0..1.
    `wanted`: an editor's word, None when its outcome decides. retired, uncited: as in RowWarnings.
    """

    model_config = ConfigDict(from_attributes=True)

    position: int
    number: int
    outcome: RowOutcome
    question: str
    field: str
    reason: str
    article_id: str | None
    fields: list[str]
    near_article_id: str | None
    near_row: int | None
    near_question: str
    similarity: float | None
    wanted: bool | None
    result: str
    retired: bool
    uncited: bool


class RowPage(BaseModel):
    items: list[RowRead]
    next: int | None


class OtherRead(BaseModel):
    """What a row changes or repeats: an article (`article_id`), or an earlier row (`row`)."""

    article_id: str | None
    row: int | None
    question: str
    answer_md: str
    category: str
    status: str


class RowDetail(BaseModel):
    """`content`: the row's columns as read. `diff`: by field, what would change in its article."""

    row: RowRead
    content: dict[str, Any]
    diff: dict[str, list[Segment]]
    other: OtherRead | None


class RowChoice(BaseModel):
    """Rows to take (true), to leave (false), or to treat as their outcome says (null)."""

    model_config = ConfigDict(extra="forbid")

    positions: Annotated[
        list[Annotated[int, Field(ge=1, le=MAX_ROWS)]], Field(min_length=1, max_length=1000)
    ]
    wanted: bool | None


class ImportApply(BaseModel):
    """`reviewed`: who applies declares that the texts were reviewed before; audited."""

    model_config = ConfigDict(extra="forbid")

    publish: bool = False
    reviewed: bool = False
    accept_duplicates: bool = False
