"""One step with many tickets: each is taken by itself, and of each it is said what became of it."""

from __future__ import annotations

from sqlalchemy import select

from core.auth.actor import Actor
from core.errors import BangbanError, IllegalTransition, InvalidInput
from core.masked_numbers import covered
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets import access
from handoff.tickets.life.service import TicketService
from handoff.tickets.listing.export import STATUSES
from handoff.tickets.listing.schemas import BulkResult, BulkTicket, BulkWrite
from handoff.tickets.models import Ticket
from handoff.tickets.schemas import TicketStepWrite
from handoff.tickets.status import TicketStep

_DEEDS = {"assign": "分派", "accept": "受理", "revise": "改紧急程度", "close": "关闭"}
NOT_FOUND = "没有找到这张工单，可能已经不由您办理。"


class BulkSteps:
    def __init__(self, uows: UnitOfWorkFactory, tickets: TicketService) -> None:
        self._uows = uows
        self._tickets = tickets

    async def take(self, actor: Actor, wanted: BulkWrite) -> list[BulkResult]:
        """In the order in which they were given; the same one twice counts once. Raises InvalidInput for what would
        be refused of every ticket."""
        _check(wanted)
        each_once = {one.id: one for one in wanted.tickets}
        names = await self._names(actor, list(each_once))
        return [await self._one(actor, wanted, one, names) for one in each_once.values()]

    async def _one(
        self, actor: Actor, wanted: BulkWrite, one: BulkTicket, names: dict[str, tuple[str, str]]
    ) -> BulkResult:
        if one.id not in names:
            return BulkResult(
                id=one.id, number="", title="", done=False, code="not_found", message=NOT_FOUND
            )
        number, title = names[one.id]
        result = BulkResult(id=one.id, number=number, title=title, done=True)
        try:
            await self._tickets.take_step(
                one.id, TicketStep(wanted.step), _write(wanted, one.version), actor
            )
        except BangbanError as error:
            result.done, result.code, result.message = False, error.code, _why(wanted, error)
        return result

    async def _names(self, actor: Actor, ids: list[str]) -> dict[str, tuple[str, str]]:
        async with self._uows.read() as session:
            seen = access.readable(actor, await access.departments_of(session, actor))
            query = select(Ticket.id, Ticket.number, Ticket.title).where(Ticket.id.in_(ids), seen)
            return {
                row.id: (row.number, covered(row.title)) for row in await session.execute(query)
            }


def _why(wanted: BulkWrite, error: BangbanError) -> str:
    """In words that say more of one among many than what is said on its own page."""
    status = STATUSES.get(str(error.details.get("status")))
    if isinstance(error, IllegalTransition) and status:
        return f"这张工单{status}，不能{_DEEDS[wanted.step]}。"
    return error.message


def _check(wanted: BulkWrite) -> None:
    if wanted.step == "assign" and wanted.assignee_id is None and wanted.department_id is None:
        raise InvalidInput("请选择办理部门或办理人。", field="assignee_id")
    if wanted.step == "revise" and wanted.priority is None:
        raise InvalidInput("请选择紧急程度。", field="priority")


def _write(wanted: BulkWrite, version: int) -> TicketStepWrite:
    """What the step needs, and nothing of what another would."""
    needed = {
        "assign": ("assignee_id", "department_id"), "accept": (), "revise": ("priority",), "close": (),
    }[wanted.step]  # fmt: skip
    given = {name: getattr(wanted, name) for name in needed if getattr(wanted, name) is not None}
    return TicketStepWrite.model_validate({"version": version, "reason": wanted.reason, **given})
