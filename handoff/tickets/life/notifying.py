"""Which colleagues hear of a step: whoever has the ticket now, and whoever it was taken from or is waited for."""

from __future__ import annotations

from collections.abc import Collection

from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket
from handoff.tickets.notices.service import Kind, tell
from handoff.tickets.status import TicketStep

# What the citizen did, for whoever works on it.
_OF_CITIZENS: dict[str, Kind] = {
    TicketStep.URGE: "urged", TicketStep.REMARK: "remarked", TicketStep.WITHDRAW: "withdrawn",
}  # fmt: skip
_BACK: dict[str, Kind] = {
    TicketStep.SEND_BACK: "returned", TicketStep.RETURN: "returned", TicketStep.REOPEN: "reopened",
}  # fmt: skip
# A rating up to this one is worth a look.
POOR = 2


async def notify(
    uow: UnitOfWork,
    ticket: Ticket,
    step: str,
    *,
    by: str | None,
    had: str | None,
    have: Collection[str],
    review: bool,
) -> None:
    """After `step` of account `by`. `had`: whose it was; `have`: whose turn it is by name; `review`: to approve it."""
    if step in _OF_CITIZENS:
        await tell(uow, ticket, _OF_CITIZENS[step], [had or ticket.handler_id], but=by)
    if step == TicketStep.RATE and ticket.score is not None and ticket.score <= POOR:
        await tell(uow, ticket, "rated", [ticket.handler_id, ticket.assignee_id], but=by)
    new = [each for each in have if each != had or step in _BACK]
    kind: Kind = _BACK.get(step) or ("review" if review else "assigned")
    await tell(uow, ticket, kind, new, but=by)
