"""The ledger of deliveries: what is begun, taken, undone, held. Each function writes in the caller's transaction.

Before a bubble is sent its mark and the reply it costs are committed; after it was taken, the mark is turned into
progress with whatever is written next. A process that dies in between leaves the mark: what it stands for was perhaps
shown, so it is not sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, update

from channels.tencent.replies import windows
from channels.tencent.replies.quota import Rules, Window
from channels.tencent.replies.waiting import Address, Entry, unleased
from channels.tencent.sending.planning import Group
from core.conversation.models import MessageDelivery
from core.database import affected
from core.outbox.models import OutboxRow
from core.outbox.worker import LEASE
from core.unit_of_work import UnitOfWork

SENDING, HELD, UNSURE, DELIVERED, FAILED = "sending", "held", "unsure", "delivered", "failed"
REASON = 200
# Seconds until the next try after the 1st, 2nd ... one that failed; then always the last: a citizen waits, and WeChat
# may have been away for an hour.
PATIENCE = (1, 2, 5, 15, 60, 300)


class Changed(Exception):
    """What was looked at is not so any more: somebody recalled a message, or took a row, or the last reply."""


def key_of(group: Group) -> str:
    """The same whenever this very bubble is tried again; 32 hexadecimal digits."""
    parts = ",".join(f"{id}:{number}" for id, number in group.upto.items())
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


async def begin(
    uow: UnitOfWork,
    to: Address,
    group: Group,
    entries: Mapping[str, Entry],
    *,
    take: Sequence[int],
    rules: Rules,
    opened: Sequence[Window],
) -> tuple[Window, ...]:
    """Note that `group` is under way, with the reply it costs; returns the windows that were charged.

    `take`: rows of its messages that are not the caller's yet. Raises Changed.
    """
    # Windows before rows of the outbox, as whoever opens one: else each would wait for the other.
    charged = await windows.charge(uow, rules, to.inbox.id, to.external_id, opened)
    if not charged:
        raise Changed()
    await _take(uow, take)
    for id, number in group.upto.items():
        row = await _mark(uow, to, entries[id])
        row.under_way = number
        row.numbered = row.numbered or group.numbered
        if rules.reported:
            row.sent_key = key_of(group)
    return charged


async def taken(uow: UnitOfWork, group: Group, *, unsure: bool) -> None:
    """The bubble was taken; or, `unsure`, nobody knows."""
    for id, number in group.upto.items():
        row = await uow.session.get_one(MessageDelivery, id)
        row.parts_sent, row.under_way, row.updated_at = number, 0, uow.clock.now()
        if unsure:
            row.state = UNSURE


async def undone(
    uow: UnitOfWork,
    to: Address,
    group: Group,
    charged: Iterable[Window],
    *,
    plain: bool = False,
) -> None:
    """It was certainly not shown. `plain`: next time with texts alone."""
    for id in group.upto:
        row = await uow.session.get_one(MessageDelivery, id)
        row.under_way, row.plain = 0, row.plain or plain
    await windows.give_back(uow, to.inbox.id, to.external_id, charged)


async def presume(uow: UnitOfWork, entries: Iterable[Entry]) -> None:
    """Whoever began these has died, or his time was over: they count as shown."""
    for entry in entries:
        row = await uow.session.get_one(MessageDelivery, entry.id)
        row.parts_sent, row.under_way = max(row.parts_sent, row.under_way), 0
        row.state, row.updated_at = UNSURE, uow.clock.now()


async def finish(uow: UnitOfWork, entry: Entry, *, reported: bool) -> bool:
    """Everything of it has been sent. Forgets what nobody needs; returns whether it is sure that it was shown."""
    row = await uow.session.get(MessageDelivery, entry.id)
    if row is None:
        return True
    sure = row.state != UNSURE
    if entry.message is None or (sure and not row.numbered and not reported):
        await uow.session.delete(row)
    elif sure:
        row.state, row.reason = DELIVERED, ""
    return sure


async def hold(uow: UnitOfWork, to: Address, entry: Entry, reason: str) -> None:
    """It waits until the citizen writes again."""
    row = await _mark(uow, to, entry)
    row.state, row.reason = HELD, reason[:REASON]
    # Recalled it can be only while nothing of it has gone.
    await _put_aside(uow, entry, HELD, attempts=1 if row.parts_sent else 0)


async def carry(uow: UnitOfWork, entry: Entry) -> None:
    """It goes along with whatever goes out next."""
    await _put_aside(uow, entry, "carried", attempts=1)


async def try_later(uow: UnitOfWork, entry: Entry, error: str, *, for_ever: bool) -> bool:
    """It failed. What passes is tried `for_ever`: when the windows are over it is held. Else False after some tries."""
    row = await uow.session.get_one(OutboxRow, entry.row_id, populate_existing=True)
    if row.attempts > len(PATIENCE) and not for_ever:
        return False
    wait = PATIENCE[min(row.attempts, len(PATIENCE)) - 1]
    row.attempts = min(row.attempts, len(PATIENCE))
    row.next_attempt_at = uow.clock.now() + timedelta(seconds=wait)
    row.last_error, row.lease_until = error, None
    return True


async def at_once(uow: UnitOfWork, entry: Entry) -> None:
    """It is to be looked at again now."""
    values = {"state": "pending", "next_attempt_at": uow.clock.now(), "lease_until": None}
    await uow.session.execute(
        update(OutboxRow).where(OutboxRow.id == entry.row_id).values(**values)
    )
    uow.has_deliveries = True


async def fail(uow: UnitOfWork, entry: Entry, error: str) -> None:
    """The end of a row that was taken along; that of the caller's own is the worker's."""
    values = {"state": "failed", "last_error": error, "lease_until": None}
    await uow.session.execute(
        update(OutboxRow).where(OutboxRow.id == entry.row_id).values(**values)
    )


async def remove(uow: UnitOfWork, rows: Sequence[int]) -> None:
    if rows:
        await uow.session.execute(delete(OutboxRow).where(OutboxRow.id.in_(rows)))


async def let_go(uow: UnitOfWork, rows: Sequence[int]) -> None:
    """Rows that were taken along and not sent are anybody's again."""
    if rows:
        free = update(OutboxRow).where(OutboxRow.id.in_(rows)).values(lease_until=None)
        await uow.session.execute(free)


async def _take(uow: UnitOfWork, rows: Sequence[int]) -> None:
    """Lease rows that go along, so that nobody else sends them and nobody recalls them any more."""
    if not rows:
        return
    now = uow.clock.now()
    statement = (
        update(OutboxRow)
        .where(
            OutboxRow.id.in_(rows),
            OutboxRow.state.in_(("pending", "held", "carried")),
            unleased(now),
        )
        .values(lease_until=now + LEASE, attempts=OutboxRow.attempts + 1)
    )
    if affected(await uow.session.execute(statement)) != len(rows):
        raise Changed()


async def _mark(uow: UnitOfWork, to: Address, entry: Entry) -> MessageDelivery:
    row = await uow.session.get(MessageDelivery, entry.id)
    if row is None:
        row = MessageDelivery(
            message_id=entry.id,
            conversation_id=entry.conversation.id if entry.conversation is not None else None,
            address=to.key, parts_sent=0, under_way=0, numbered=False, plain=False, state=SENDING,
            reason="", reminded_by="", sent_key="",
        )  # fmt: skip
        uow.session.add(row)
    row.updated_at = uow.clock.now()
    return row


async def _put_aside(uow: UnitOfWork, entry: Entry, state: str, *, attempts: int) -> None:
    values = {"state": state, "attempts": attempts, "lease_until": None, "last_error": ""}
    await uow.session.execute(
        update(OutboxRow).where(OutboxRow.id == entry.row_id).values(**values)
    )
