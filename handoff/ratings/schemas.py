"""What the desk reads of ratings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from core.masked_numbers import covered

Comment = Annotated[str, AfterValidator(covered)]


class EarlierRating(BaseModel):
    """What a rating said before it was changed at `until`."""

    score: int
    label: str
    tags: list[str]
    comment: Comment
    until: datetime


class RatingRead(BaseModel):
    """`service`: the assignment. `group_name` is empty where nobody's group was concerned."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    service: str
    conversation_id: str
    agent_id: str
    agent_name: str | None = None
    group_id: str | None
    group_name: str
    score: int
    label: str
    tags: list[str]
    comment: Comment
    earlier: list[EarlierRating]
    created_at: datetime
    changed_at: datetime | None


class RatingPage(BaseModel):
    items: list[RatingRead]
    next: str | None
