"""What a citizen does with a ticket that is his: adds words and files, withdraws, urges, says that it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.attachments.repository import check_new
from core.conversation.content import printable
from core.conversation.own_tickets import TicketKey, TicketRemark, TicketWindow
from core.errors import Conflict, IllegalTransition, TooManyRequests
from core.rate_limit import RateLimit
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets import repository
from handoff.tickets.citizens.handing_in import MOST_FILES, TicketTextNeeded, TicketTooLarge
from handoff.tickets.citizens.opening import TicketOpener
from handoff.tickets.citizens.schemas import OwnTicketDetail
from handoff.tickets.life.stepping import step
from handoff.tickets.life.who import Citizen
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket
from handoff.tickets.status import TicketStatus, TicketStep

MOST_WORDS, MOST_REASON = 1000, 200
# A person adds a word now and then; the course of one ticket stays readable.
MOST_REMARKS = 100


class TicketMovedOn(Conflict):
    """What was pressed is possible no more: somebody at the office was quicker."""

    code, default_message = "ticket_moved_on", "这张工单刚刚有了新的进展，请看过再操作。"


class TooManyRemarks(TooManyRequests):
    code = "too_many_remarks"
    default_message = "这张工单的补充已经很多了，请转人工说明。"


class Acting:
    def __init__(
        self, *, uows: UnitOfWorkFactory, opener: TicketOpener, words: SensitiveWords
    ) -> None:
        self._uows = uows
        self._opener = opener
        self._words = words
        self._doing = RateLimit(uows.clock, limit=30, window=timedelta(hours=1))

    async def remark(
        self, window: TicketWindow, which: TicketKey, wanted: TicketRemark
    ) -> OwnTicketDetail:
        """Words, files, or both; what waits for the citizen goes on with it. Once for each client_msg_id.

        `disputes`: he does not agree with the answer, which the desk is shown as a reason to open it again.
        """
        text = self._text("text", wanted.text, MOST_WORDS)
        files = list(dict.fromkeys(wanted.attachment_ids))
        if not text and (wanted.disputes or not files):
            needed = "请写明哪里没有解决。" if wanted.disputes else "请写明要补充的内容。"
            raise TicketTextNeeded(needed, field="text")
        if len(files) > MOST_FILES:
            raise TicketTooLarge(
                f"一次最多附 {MOST_FILES} 个文件。", field="attachment_ids", limit=MOST_FILES
            )
        self._doing.check(window.contact_id)
        async with self._uows.write() as uow:
            ticket = await self._opener.lock(uow, window, which)
            if not await _repeats(uow.session, ticket, wanted.client_msg_id):
                _check_standing(ticket, wanted)
                await check_new(uow.session, window.contact_id, files)
                data: dict[str, Any] = {"client": wanted.client_msg_id}
                if wanted.disputes:
                    data["disputes"] = True
                await _step(uow, ticket, TicketStep.REMARK, window, text, files, data)
            return await self._opener.shown(uow.session, window, which, ticket)

    async def withdraw(
        self, window: TicketWindow, which: TicketKey, reason: str
    ) -> OwnTicketDetail:
        """Raises TicketTextNeeded without a reason."""
        text = self._text("reason", reason, MOST_REASON)
        if not text:
            raise TicketTextNeeded("请写明撤销的原因。", field="reason")
        return await self._take(window, which, TicketStep.WITHDRAW, text)

    async def urge(self, window: TicketWindow, which: TicketKey) -> OwnTicketDetail:
        """Once a day. Raises UrgedBefore."""
        return await self._take(window, which, TicketStep.URGE)

    async def confirm(self, window: TicketWindow, which: TicketKey) -> OwnTicketDetail:
        """The answer has settled it: the ticket is closed."""
        return await self._take(window, which, TicketStep.CLOSE, data={"confirmed": True})

    async def _take(
        self,
        window: TicketWindow,
        which: TicketKey,
        wanted: TicketStep,
        text: str = "",
        data: dict[str, Any] | None = None,
    ) -> OwnTicketDetail:
        self._doing.check(window.contact_id)
        async with self._uows.write() as uow:
            ticket = await self._opener.lock(uow, window, which)
            await _step(uow, ticket, wanted, window, text, data=data)
            return await self._opener.shown(uow.session, window, which, ticket)

    def _text(self, field: str, written: str, most: int) -> str:
        text = printable(written).strip()
        if len(text) > most:
            raise TicketTooLarge(f"最多填写 {most} 个字。", field=field, limit=most)
        return self._words.admitted(text) if text else ""


def _check_standing(ticket: Ticket, wanted: TicketRemark) -> None:
    """Only an answer can be disagreed with, and what follows an answer says whether it does."""
    if wanted.disputes != (ticket.status == TicketStatus.RESOLVED):
        raise TicketMovedOn()


async def _step(
    uow: UnitOfWork,
    ticket: Ticket,
    wanted: TicketStep,
    window: TicketWindow,
    text: str,
    files: Sequence[str] = (),
    data: dict[str, Any] | None = None,
) -> None:
    if ticket.forgotten_at is not None:
        raise TicketMovedOn()
    write = StepWrite(reason=text, file_ids=files, data=data or {})
    try:
        await step(uow, ticket, wanted, write, Citizen(window.contact_id))
    except IllegalTransition:
        raise TicketMovedOn() from None


async def _repeats(session: AsyncSession, ticket: Ticket, client_msg_id: str) -> bool:
    """Whether the same words have come before: their acknowledgement was lost. Raises TooManyRemarks."""
    steps = await repository.history(session, ticket.id)
    remarks = [each for each in steps if each.step == TicketStep.REMARK]
    if any(each.data.get("client") == client_msg_id for each in remarks):
        return True
    if len(remarks) >= MOST_REMARKS:
        raise TooManyRemarks()
    return False
