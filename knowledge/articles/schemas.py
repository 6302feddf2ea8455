"""What an article holds, checked once for every way in (shipped files, imports, console), and what lists return."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from core.conversation.content import Citation

NATIONWIDE = "全国"
KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Status = Literal["draft", "in_review", "published", "retired"]
Audience = Literal["public", "internal"]
# A question longer than this is a story; it belongs into the answer or must be cut by its editor.
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=96)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class ArticleContent(BaseModel):
    """The texts and limits of one version. `next` holds keys of other articles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Question
    similar: list[Question] = Field(default=[], max_length=200)
    answer_md: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20000)
    ]
    citations: list[Citation] = Field(default=[], max_length=20)
    category: Label = "未分类"
    business: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)
    ] = "综合"
    region: Label = NATIONWIDE
    audience: Audience = "public"
    effective_from: date | None = None
    effective_to: date | None = None
    next: list[Key] = Field(default=[], max_length=10)
    tags: list[Label] = Field(default=[], max_length=20)

    @field_validator("question", "answer_md", "category", "business", "region")
    @classmethod
    def _no_control_characters(cls, value: str) -> str:
        if _CONTROL.search(value):
            raise ValueError("含有控制字符")
        return value

    @field_validator("similar")
    @classmethod
    def _distinct(cls, value: list[str]) -> list[str]:
        if any(_CONTROL.search(text) for text in value):
            raise ValueError("含有控制字符")
        return list(dict.fromkeys(value))

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("失效日期早于生效日期")
        return self

    def content_hash(self) -> str:
        """Hash of everything a reader could notice; equal hashes mean nothing to do."""
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class ArticleSummary(BaseModel):
    """A line of the list."""

    id: str
    key: str
    question: str
    category: str
    business: str
    status: Status
    version: int
    updated_at: datetime


class VersionRead(ArticleContent):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    id: str
    number: int
    status: Status
    created_by: str
    created_at: datetime
    reviewed_by: str | None
    published_at: datetime | None
    retired_at: datetime | None


class ArticleRead(BaseModel):
    """An article with all its versions, newest first."""

    id: str
    key: str
    source: str
    created_at: datetime
    updated_at: datetime
    versions: list[VersionRead]
