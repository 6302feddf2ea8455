"""What agents may correct: of a citizen, and of a conversation."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from core.conversation.content import printable


def _plain(value: str) -> str:
    return " ".join(printable(value).split())


# Cleaned first, so that the limits count what is stored.
Line = Annotated[str, StringConstraints(max_length=64), AfterValidator(_plain)]
Tag = Annotated[str, AfterValidator(_plain), StringConstraints(min_length=1, max_length=32)]


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


class _Change(BaseModel):
    # An error's text goes to the log, which must not hold who somebody is.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ContactChange(_Change):
    """Only what is sent is changed."""

    name: Line | None = None
    region: Line | None = None
    customer_group: Line | None = None
    tags: Annotated[list[Tag], Field(max_length=20), AfterValidator(_distinct)] | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None


class ConversationChange(_Change):
    """`business`: what it is about; null: not known."""

    business: Line | None = None


class CitizenRead(BaseModel):
    """What is known of a citizen, as agents may correct it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    region: str
    customer_group: str
    tags: list[str]
    birth_year: int | None
