"""What clients see of the types of tickets, and what they send to set them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from handoff.tickets.types.checking import Mistake
from handoff.tickets.types.definition import Key, TicketDefinition
from handoff.tickets.types.models import TicketTypeVersion
from handoff.tickets.types.reading import LoadedType


class TicketTypeRead(BaseModel):
    """A type as it is in force. `active`: whether new tickets of it may be filed."""

    id: str
    version: int
    active: bool
    definition: TicketDefinition

    @classmethod
    def of(cls, loaded: LoadedType) -> TicketTypeRead:
        return cls(
            id=loaded.id, version=loaded.version, active=loaded.active, definition=loaded.definition
        )


class TicketTypeVersionRead(BaseModel):
    """What a type was set to. `by_name`: of the account, else who it was otherwise (system)."""

    version: int
    at: datetime
    by: str
    by_name: str
    definition: TicketDefinition

    @classmethod
    def of(cls, row: TicketTypeVersion, name: str | None) -> TicketTypeVersionRead:
        definition = TicketDefinition.model_validate(row.definition)
        return cls(
            version=row.version, at=row.at, by=row.by, by_name=name or row.by, definition=definition
        )


class TicketTypeCreate(BaseModel):
    """`id` stays for good: programs file under it."""

    model_config = ConfigDict(extra="forbid")

    id: Key
    definition: TicketDefinition


class TicketTypeOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Key], Field(max_length=500)]


class MistakeRead(BaseModel):
    """What is wrong with a definition: `where` is the path of it, `stage` the key of the stage it is about."""

    code: str
    where: str
    message: str
    stage: str | None

    @classmethod
    def of(cls, mistake: Mistake) -> MistakeRead:
        return cls.model_validate(mistake, from_attributes=True)


class TicketTypeChecked(BaseModel):
    """Nothing is stored. No mistakes: it would be accepted."""

    mistakes: list[MistakeRead]
