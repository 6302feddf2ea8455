"""Identifiers: UUIDv7 as text, so that they sort by creation and stay readable in JSON."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import uuid_utils
from pydantic import AfterValidator


def new_id() -> str:
    return str(uuid_utils.uuid7())


def _canonical(value: str) -> str:
    return str(UUID(value))


# What an endpoint or socket command accepts as an id: any spelling of a UUID, refused otherwise.
Id = Annotated[str, AfterValidator(_canonical)]
