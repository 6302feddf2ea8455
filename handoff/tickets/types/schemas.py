"""What clients see of the types of tickets."""

from __future__ import annotations

from pydantic import BaseModel

from handoff.tickets.types.definition import TicketDefinition
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
