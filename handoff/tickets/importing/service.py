"""Files what a spreadsheet holds: looked at as a whole, then some rows a transaction; a repeat files nothing new."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from core import audit
from core.errors import BangbanError
from core.sheets import Table, write_xlsx
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.importing import checking
from handoff.tickets.importing.columns import columns_of
from handoff.tickets.importing.schemas import ImportedTicket, RefusedRow, Store, TicketImport
from handoff.tickets.life.filing import Filing, TicketFiledBefore, add
from handoff.tickets.life.who import By, signature
from handoff.tickets.types.reading import in_force

# Others write as well: no transaction is long.
BATCH = 20


class TicketImporter:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def template(self, type_id: str) -> tuple[str, bytes]:
        """The type's name, and a book to fill in with what each column is for. Raises TicketTypeUnknown."""
        async with self._uows.read() as session:
            definition = (await in_force(session, type_id)).definition
        columns = columns_of(definition)
        head = Table(
            "工单", [[f"{each.name}{'*' if each.required else ''}" for each in columns]],
            [max(12, 2 * len(each.name) + 4) for each in columns],
        )  # fmt: skip
        notes = Table(
            "填写说明",
            [["列", "必填", "怎么填"], *([e.name, "是" if e.required else "", e.note] for e in columns)],
            (28, 8, 80),
        )  # fmt: skip
        return definition.name, await asyncio.to_thread(write_xlsx, head, notes)

    async def take_in(
        self, data: bytes, by: By, *, store: Store, type_id: str | None = None
    ) -> TicketImport:
        """`type_id`: of rows without a type of their own. Raises SheetUnreadable.

        What is stored says schemas.Store. Where something changes between looking and filing
        (a type switched off), the rows it concerns are refused and the others filed; importing again adds the rest.
        """
        rows = await asyncio.to_thread(checking.read, data)
        async with self._uows.read() as session:
            checked = await checking.check(session, rows, by, type_id)
        answer = TicketImport(
            rows=checked.rows, good=len(checked.good), known=checked.known, refused=checked.refused,
            wrong=checked.rows - len(checked.good) - len(checked.known),
        )  # fmt: skip
        if store == "none" or (store == "all" and checked.refused):
            return answer
        for begin in range(0, len(checked.good), BATCH):
            await self._file(checked.good[begin : begin + BATCH], answer)
        async with self._uows.write() as uow:
            who, _ = signature(by)
            audit.record(
                uow, actor=who, action="ticket.imported", subject="ticket:import",
                filed=len(answer.filed), known=len(answer.known), refused=answer.wrong,
            )  # fmt: skip
        answer.refused.sort(key=lambda each: each.row)
        return answer

    async def _file(self, batch: Sequence[tuple[int, Filing]], answer: TicketImport) -> None:
        """All of the batch, or each by itself where one does not go."""
        try:
            async with self._uows.write() as uow:
                filed = [(row, await add(uow, filing)) for row, filing in batch]
                told = [ImportedTicket(row=row, id=one.id, number=one.number) for row, one in filed]
        except (BangbanError, IntegrityError) as error:
            if len(batch) > 1:
                for one in batch:
                    await self._file([one], answer)
                return
            self._refuse(batch[0][0], error, answer)
            return
        answer.filed.extend(told)

    def _refuse(self, row: int, error: BangbanError | IntegrityError, answer: TicketImport) -> None:
        """Another import of the same rows may have been quicker; what else went wrong is said."""
        answer.good -= 1
        if isinstance(error, IntegrityError):
            error = TicketFiledBefore()
        known = isinstance(error, TicketFiledBefore) and "id" in error.details
        if known:
            answer.known.append(
                ImportedTicket(row=row, id=error.details["id"], number=error.details["number"])
            )
            return
        answer.wrong += 1
        answer.refused.append(RefusedRow(row=row, column="", message=error.message))
