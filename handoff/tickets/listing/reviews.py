"""Which stages of which types are reviews. Versions of types never change, so each is read once."""

from __future__ import annotations

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.tickets.listing.wanted import StageKey
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.models import TicketTypeVersion


class ReviewStages:
    def __init__(self) -> None:
        self._known: dict[tuple[str, int], frozenset[StageKey]] = {}

    async def of(self, session: AsyncSession) -> frozenset[StageKey]:
        """(type, version, stage) of every review there is or was."""
        keys = select(TicketTypeVersion.type_id, TicketTypeVersion.version)
        there = {(row.type_id, row.version) for row in await session.execute(keys)}
        missing = there - self._known.keys()
        if missing:
            key = tuple_(TicketTypeVersion.type_id, TicketTypeVersion.version)
            for row in await session.scalars(
                select(TicketTypeVersion).where(key.in_(sorted(missing)))
            ):
                flow = TicketDefinition.model_validate(row.definition).flow
                self._known[row.type_id, row.version] = frozenset(
                    (row.type_id, row.version, stage.key)
                    for stage in flow.stages
                    if stage.kind == "review"
                )
        return frozenset().union(*(self._known[each] for each in there))
