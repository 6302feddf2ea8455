"""One run of the courier for one citizen: looks, plans, sends bubble by bubble, and leaves the rest in order.

No transaction is open while something is sent. Each bubble is committed as under way before, together with how the one
before it ended; how the last one ended is written with the end of the outbox's row.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Generic

from sqlalchemy.exc import SQLAlchemyError

from channels.tencent.carrier import (
    AccountT,
    Carrier,
    NotThisWay,
    RepliesSpent,
    TooLong,
    Unfollowed,
    WindowClosed,
)
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.rendering.bubbles import MediaBubble, TextBubble
from channels.tencent.replies import windows
from channels.tencent.replies.quota import Window, standing
from channels.tencent.replies.waiting import Address, Queue, look
from channels.tencent.sending import ledger
from channels.tencent.sending.ending import Ending, Numbered
from channels.tencent.sending.planning import Group, Waiting, plan
from channels.tencent.sending.preparing import prepare
from core.conversation.attachments.links import FileLinks
from core.conversation.ports import DeliveryRefused
from core.outbox.worker import Settled, TryAgain, Write
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# Shorter than the outbox's lease: nobody else may take the row while this attempt is still under way.
SECONDS = 45
# Begun with less left it might not end in time; a file goes up before it is shown (exchange.py).
LEAST_SECONDS, LEAST_FILE_SECONDS = 15, 43
# How often it is planned anew: after a refusal that changes the plan, or when somebody was faster.
ROUNDS = 6


class PlanAnew(Exception):
    """The plan does not hold any more; what is known now is written down."""


class Errand(Generic[AccountT]):
    """`own`: id of the message or notice whose row the caller has claimed."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        carrier: Carrier[AccountT],
        links: FileLinks,
        to: Address,
        own: str,
        numbered: Numbered | None = None,
    ) -> None:
        self._uows = uows
        self._carrier = carrier
        self._links = links
        self._to = to
        self._own = own
        self._until = asyncio.get_running_loop().time() + SECONDS
        # Written with the next transaction there is.
        self._pending: list[Write] = []
        self._alone: set[str] = set()
        self._end = Ending(to, own, rules=carrier.rules, numbered=numbered)

    async def run(self) -> Settled | None:
        """Bring what can be brought; None when `own` is not waiting any more. Raises Refused, TryAgain, Postponed."""
        for _ in range(ROUNDS):
            async with self._uows.read() as session:
                account = await self._carrier.account(session, self._to.inbox)
                queue = await look(session, self._to, self._own, self._uows.clock.now())
            if not queue.entries:
                return None
            self._end.entries = {entry.id: entry for entry in queue.entries}
            try:
                await self._follow(account, queue)
            except PlanAnew:
                await self._flush()
                continue
            return self._end.settle(self._write, self._uows.clock.now())
        raise TryAgain(ApiFailed("planned too often"), self._write)

    async def _follow(self, account: AccountT, queue: Queue) -> None:
        now = self._uows.clock.now()
        waiting = [
            prepare(self._carrier, account, entry, self._links, now, alone=entry.id in self._alone)
            for entry in queue.entries
            if entry.id not in self._end.refused
        ]
        self._end.look_at(waiting, queue.opened)
        under_way = {entry.id: entry.under_way for entry in queue.entries if entry.under_way}
        if under_way:
            waiting = self._recovered(waiting, under_way)
        left = standing(self._carrier.rules, queue.windows, now)
        chosen = plan(waiting, left.left, self._carrier.rules)
        self._end.expect(chosen, is_open=left.open)
        for number, group in enumerate(chosen.groups):
            is_file = number > 0 and isinstance(group.bubble, MediaBubble)
            if self._seconds() < (LEAST_FILE_SECONDS if is_file else LEAST_SECONDS):
                self._end.out_of_time = True
                return
            if not await self._bring(account, queue, group):
                return

    def _recovered(self, waiting: list[Waiting], under_way: dict[str, int]) -> list[Waiting]:
        """Something was begun, and whoever did it never said how that ended: it counts as shown."""
        begun = [self._end.entries[id] for id in under_way]
        log.warning("%s deliveries were cut off, perhaps shown: not sent again", len(begun))
        self._pending.append(lambda uow: ledger.presume(uow, begun))
        self._end.reached |= under_way
        return [
            replace(each, done=max(each.done, self._end.reached.get(each.id, 0)))
            for each in waiting
        ]

    async def _bring(self, account: AccountT, queue: Queue, group: Group) -> bool:
        """Send one bubble. Returns whether to go on with the next; raises PlanAnew."""
        charged = await self._begin(queue, group)
        undone = self._undoing(group, charged)
        try:
            async with asyncio.timeout(max(1, self._seconds())):
                await self._carrier.send(
                    account, self._to.external_id, group.bubble, key=ledger.key_of(group)
                )
        except NotThisWay:
            log.info("inbox %s may not send this kind of bubble", self._to.inbox.id)
            self._pending.append(self._undoing(group, charged, plain=True))
            raise PlanAnew() from None
        except TooLong as refused:
            self._pending.append(self._shorter(group, charged))
            if len(group.upto) == 1 and isinstance(group.bubble, TextBubble):
                self._end.refuse(group, refused)
                return True
            self._alone |= set(group.upto)
            raise PlanAnew() from None
        except (RepliesSpent, WindowClosed, Unfollowed) as refused:
            if isinstance(refused, Unfollowed):
                self._end.reason = refused.reason
            spent = isinstance(refused, RepliesSpent)
            self._pending += [undone, self._correcting(queue, closed=not spent)]
            raise PlanAnew() from None
        except DeliveryRefused as refused:
            self._pending.append(undone)
            self._end.refuse(group, refused)
        except (ApiUnsure, TimeoutError):
            self._took(group, unsure=True)
        except (ApiFailed, SQLAlchemyError) as failed:
            self._pending.append(undone)
            if self._end.is_of_message(failed) and len(group.upto) > 1:
                # WeChat does not say which of them it is.
                self._alone |= set(group.upto)
                raise PlanAnew() from None
            self._end.failure = failed
            return False
        except Exception:
            # Not one of a carrier's: nobody knows how far it came, so it is not sent again.
            log.exception("a bubble broke on its way")
            self._took(group, unsure=True)
        else:
            self._took(group, unsure=False)
        return True

    async def _begin(self, queue: Queue, group: Group) -> tuple[Window, ...]:
        rows = [self._end.entries[id].row_id for id in group.upto if id != self._own]
        take = [row for row in rows if row not in self._end.ours]
        try:
            async with self._uows.write() as uow:
                await self._write(uow)
                charged = await ledger.begin(
                    uow, self._to, group, self._end.entries, take=take,
                    rules=self._carrier.rules, opened=queue.opened,
                )  # fmt: skip
        except ledger.Changed:
            raise PlanAnew() from None
        self._pending.clear()
        self._end.ours |= set(take)
        return charged

    def _took(self, group: Group, *, unsure: bool) -> None:
        self._pending.append(lambda uow: ledger.taken(uow, group, unsure=unsure))
        self._end.reached |= group.upto

    def _undoing(self, group: Group, charged: tuple[Window, ...], *, plain: bool = False) -> Write:
        return lambda uow: ledger.undone(uow, self._to, group, charged, plain=plain)

    def _shorter(self, group: Group, charged: tuple[Window, ...]) -> Write:
        # What lists and cards may hold is written nowhere: a text alone is shorter, or becomes several.
        return self._undoing(group, charged, plain=len(group.upto) == 1)

    def _correcting(self, queue: Queue, *, closed: bool) -> Write:
        rules, to = self._carrier.rules, self._to
        return lambda uow: windows.correct(
            uow, rules, to.inbox.id, to.external_id, queue.opened, closed=closed
        )

    def _seconds(self) -> float:
        return self._until - asyncio.get_running_loop().time()

    async def _write(self, uow: UnitOfWork) -> None:
        for write in self._pending:
            await write(uow)

    async def _flush(self) -> None:
        if self._pending:
            async with self._uows.write() as uow:
                await self._write(uow)
            self._pending.clear()
