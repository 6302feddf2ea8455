"""The types a new installation begins with. Each is added where it is missing, and never touched again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import select

from core.unit_of_work import UnitOfWork
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.models import TicketType, TicketTypeVersion

TYPES = Path(__file__).with_name("shipped.yaml")
# Who set what shipped.
BY = "system"


@cache
def shipped() -> dict[str, TicketDefinition]:
    """What the file holds, by id, in its order."""
    rows = yaml.safe_load(TYPES.read_text("utf-8"))
    return {id_: TicketDefinition.model_validate(row) for id_, row in rows.items()}


async def add_shipped(uow: UnitOfWork) -> None:
    """At every start: types are never deleted, so what is missing is new; what was edited stays as it is."""
    there = set((await uow.session.scalars(select(TicketType.id))).all())
    for position, (id_, definition) in enumerate(shipped().items()):
        if id_ not in there:
            add(uow, id_, definition, position=position, by=BY)
    await uow.session.flush()


def add(
    uow: UnitOfWork, id_: str, definition: TicketDefinition, *, position: int, by: str
) -> TicketType:
    """A type in its first version."""
    now = uow.clock.now()
    row = TicketType(id=id_, position=position, active=True, version=1, updated_at=now)
    uow.session.add(row)
    uow.session.add(
        TicketTypeVersion(
            type_id=id_, version=1, definition=definition.model_dump(mode="json"), by=by, at=now
        )
    )
    return row
