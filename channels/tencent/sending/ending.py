"""How a run of the courier ends: what becomes of every message that was looked at, and what the desk is told of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select

from channels.tencent.api.advice import advice
from channels.tencent.api.client import TOKEN_REFUSED
from channels.tencent.errors import ApiFailed
from channels.tencent.replies import reminding
from channels.tencent.replies.quota import Rules, Window, standing
from channels.tencent.replies.telling import raise_refused, tell_delivery, tell_replies
from channels.tencent.replies.waiting import Address, Entry
from channels.tencent.replies.windows import opened_by_messages, together, used
from channels.tencent.sending import ledger
from channels.tencent.sending.planning import Group, Plan, Waiting
from core.conversation.content import Content
from core.conversation.models import Conversation, MessageDelivery
from core.conversation.ports import DeliveryRefused
from core.conversation.replying import RemindedBy
from core.conversation.schemas import Delivery
from core.outbox.worker import Postponed, Refused, Settled, Write
from core.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

SPENT = "微信允许的回复条数已用完，市民再次发来消息后自动送出"
CLOSED = "市民超过 48 小时没有发消息，微信不允许再回复，市民再次发来消息后自动送出"


# Told of choices that were shown as a numbered list in no conversation.
Numbered = Callable[[UnitOfWork, str, str, Content], Awaitable[None]]


class Ending:
    """Gathers what happened; `settle` says it to the outbox.

    `reached`: by message, how many of its bubbles were taken. `refused`: what will never be taken. `failure`: why it
    was stopped, when it was. `reason`: why nothing gets there, where that is neither time nor number.
    """

    def __init__(
        self, to: Address, own: str, *, rules: Rules, numbered: Numbered | None = None
    ) -> None:
        self._numbered = numbered
        self._to = to
        self._own = own
        self._rules = rules
        self.entries: dict[str, Entry] = {}
        self.ours: set[int] = set()
        self.reached: dict[str, int] = {}
        self.refused: dict[str, DeliveryRefused] = {}
        self.failure: Exception | None = None
        self.out_of_time = False
        self.reason = ""
        self._plan = Plan()
        self._why = ""
        self._alerted = False
        self._sizes: dict[str, int] = {}
        self._opened: Sequence[Window] = ()

    def look_at(self, waiting: Sequence[Waiting], opened: Sequence[Window]) -> None:
        """A round begins; what was planned before does not count any more."""
        self._plan, self._opened = Plan(), opened
        self._sizes = {each.id: len(each.bubbles) for each in waiting}

    def expect(self, plan: Plan, *, is_open: bool) -> None:
        """This is what will have been done when all goes well."""
        self._plan = plan
        self._why = self.reason or (SPENT if is_open else CLOSED)

    def refuse(self, group: Group, refused: DeliveryRefused) -> None:
        self.refused |= dict.fromkeys(group.upto, refused)

    def settle(self, before: Write, now: datetime) -> Settled:
        """How the row of `own` ends; `before` is written first. Raises Refused, Postponed."""

        async def write(uow: UnitOfWork) -> None:
            await self._expect_citizen(uow)
            await before(uow)
            await self._write(uow)

        own = self.entries[self._own]
        if own.id in self.refused:
            refused = self.refused[own.id]
            raise Refused(f"{refused.code}: {refused.reason}", write)
        if self._is_over(own):
            return Settled(write)
        if self.out_of_time:
            raise Postponed(now, write)
        again = now + timedelta(seconds=ledger.PATIENCE[0]) if self.failure is not None else None
        return Settled(write, keep=True, again=again)

    def _is_over(self, entry: Entry) -> bool:
        if entry.id in self._plan.dropped:
            return True
        if self.reached.get(entry.id, entry.done) >= self._sizes.get(entry.id, 1):
            return True
        # A notice answers what was done just then; later it says nothing any more.
        return entry.message is None and not self._stopped and entry.id in self._plan.held

    @property
    def _stopped(self) -> bool:
        return self.failure is not None or self.out_of_time

    async def _write(self, uow: UnitOfWork) -> None:
        await uow.session.flush()
        gone: list[int] = []
        waiting: list[Entry] = []
        open_again = await self._is_open_again(uow)
        for entry in self.entries.values():
            if entry.id in self.refused:
                await self._fail(uow, entry)
            elif self._is_over(entry):
                gone += [entry.row_id] if entry.id != self._own else []
                await self._finish(uow, entry)
            elif self._stopped:
                waiting += [entry] if entry.state == "held" else []
                if self.failure is not None and self._is_ours(entry):
                    await self._try_later(uow, entry, self.failure)
            elif entry.id in self._plan.held and open_again:
                await self._look_again(uow, entry)
            elif entry.id in self._plan.held:
                waiting.append(entry)
                await self._hold(uow, entry)
            elif entry.state != "carried" or entry.row_id in self.ours:
                await ledger.carry(uow, entry)
        await ledger.remove(uow, gone)
        await ledger.let_go(uow, [row for row in self.ours if row not in gone])
        await self._tell_replies(uow, waiting)

    async def _fail(self, uow: UnitOfWork, entry: Entry) -> None:
        refused = self.refused[entry.id]
        if entry.id != self._own:
            await ledger.fail(uow, entry, f"{refused.code}: {refused.reason}")
        tell_delivery(uow, entry, Delivery(state="failed", reason=refused.reason))
        if not self._alerted:
            # One bubble may have held several messages.
            raise_refused(uow, entry, refused)
            self._alerted = True

    async def _finish(self, uow: UnitOfWork, entry: Entry) -> None:
        if entry.notice is not None:
            row = await uow.session.get(MessageDelivery, entry.id)
            if row is not None and row.numbered and self._numbered is not None:
                to = self._to
                await self._numbered(uow, to.inbox.id, to.external_id, entry.notice)
        sure = await ledger.finish(uow, entry, reported=self._rules.reported)
        if entry.id not in self._plan.dropped:
            tell_delivery(uow, entry, Delivery(state="delivered" if sure else "unsure"))

    async def _expect_citizen(self, uow: UnitOfWork) -> None:
        """Before something is held: whoever stores the citizen's message holds the conversation. So either the message
        is seen here, or what is held here is seen there and let go. Locked before all else, as everywhere."""
        latest = self._latest()
        if latest is not None and self._holds:
            query = select(Conversation.id).where(Conversation.id == latest.id)
            await uow.session.execute(query.with_for_update())

    async def _is_open_again(self, uow: UnitOfWork) -> bool:
        """Whether the citizen has written while this went on: nothing was held then that he could let go."""
        latest = self._latest()
        if latest is None or not self._holds:
            return False
        to = self._to
        self._opened = await opened_by_messages(uow.session, to.inbox.id, latest.contact_id)
        written = await used(uow.session, to.inbox.id, to.external_id)
        windows = together(written, self._opened)
        return standing(self._rules, windows, uow.clock.now()).left > 0

    @property
    def _holds(self) -> bool:
        return bool(self._plan.held) and not self._stopped

    def _latest(self) -> Conversation | None:
        """Of the conversations whose messages were looked at."""
        threads = [each.conversation for each in self.entries.values() if each.conversation]
        return max(threads, key=lambda each: each.id, default=None)

    def _is_ours(self, entry: Entry) -> bool:
        return entry.id == self._own or entry.row_id in self.ours

    async def _look_again(self, uow: UnitOfWork, entry: Entry) -> None:
        if self._is_ours(entry):
            await ledger.at_once(uow, entry)

    def is_of_message(self, failure: Exception) -> bool:
        """Whether WeChat refuses this very message, with a code that nobody has thought of. Tried for ever, it would
        hold up all that comes behind it."""
        code = failure.errcode if isinstance(failure, ApiFailed) else None
        if code is None or code < 0 or code in TOKEN_REFUSED:
            return False
        return advice(f"{self._to.inbox.channel}/{self._to.inbox.id}", code) is None

    async def _try_later(self, uow: UnitOfWork, entry: Entry, failure: Exception) -> None:
        # Only the kind of error is kept: its text may quote a message.
        kind = type(failure).__name__
        passes = not self.is_of_message(failure)
        if await ledger.try_later(uow, entry, kind, for_ever=passes):
            log.info("outbox %s failed with %s and is tried again", entry.row_id, kind)
            tell_delivery(uow, entry, Delivery(state="retrying"))
            return
        code = getattr(failure, "errcode", None)
        refused = DeliveryRefused(str(code), f"微信不接受这条消息（错误码 {code}）")
        log.warning("outbox %s is given up: errcode %s", entry.row_id, code)
        await ledger.fail(uow, entry, f"{refused.code}: {refused.reason}")
        tell_delivery(uow, entry, Delivery(state="failed", reason=refused.reason))
        raise_refused(uow, entry, refused)

    async def _hold(self, uow: UnitOfWork, entry: Entry) -> None:
        if entry.state == "held" and not self._is_ours(entry):
            return
        await ledger.hold(uow, self._to, entry, self._why)
        tell_delivery(uow, entry, Delivery(state="held", reason=self._why))
        await reminding.arm(uow, self._to)

    async def _tell_replies(self, uow: UnitOfWork, waiting: Sequence[Entry]) -> None:
        latest = self._latest()
        if latest is None:
            return
        written = await used(uow.session, self._to.inbox.id, self._to.external_id)
        left = standing(self._rules, together(written, self._opened), uow.clock.now())
        marks = [await uow.session.get(MessageDelivery, each.id) for each in waiting]
        reminded = next((mark.reminded_by for mark in marks if mark and mark.reminded_by), "")
        tell_replies(uow, latest, left, held=len(waiting), reminded=cast(RemindedBy, reminded))
