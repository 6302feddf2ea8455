"""Identifiers: UUIDv7 as text, so that they sort by creation and stay readable in JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import uuid_utils
from pydantic import AfterValidator


def new_id() -> str:
    return str(uuid_utils.uuid7())


def canonical(value: str) -> str:
    """An id in its usual spelling. Raises ValueError for what is none."""
    return str(UUID(value))


# What an endpoint or socket command accepts as an id: any spelling of a UUID, refused otherwise.
Id = Annotated[str, AfterValidator(canonical)]


def made_at(key: str) -> datetime:
    """When an id was made: a UUIDv7 begins with the milliseconds of its making."""
    return datetime.fromtimestamp(int(key.replace("-", "")[:12], 16) / 1000, UTC)


def first_at(at: datetime) -> str:
    """The smallest id that can have been made at that time or later; times that no id reaches give the nearest."""
    milliseconds = min(max(int(at.timestamp() * 1000), 0), (1 << 48) - 1)
    return str(UUID(int=milliseconds << 80))
