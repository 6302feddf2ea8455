"""The outbox: nothing lost, in order per key, retried with backoff."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from core.clock import FixedClock, SystemClock
from core.outbox.models import OutboxRow
from core.outbox.repository import claim, enqueue, release
from core.outbox.worker import (
    BACKOFF,
    IDLE_SECONDS,
    OutboxWorker,
    Postponed,
    Refused,
    Settled,
    TryAgain,
)
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory


class Receiver:
    """Takes deliveries; fails for the texts in `failing`."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.failing: dict[str, Exception] = {}

    async def __call__(self, payload: dict[str, Any]) -> None:
        if payload["text"] in self.failing:
            raise self.failing[payload["text"]]
        self.got.append(payload["text"])


async def _add(uows: UnitOfWorkFactory, *rows: tuple[str, str]) -> None:
    async with uows.write() as uow:
        for key, text in rows:
            enqueue(uow, "t", key, {"text": text})
            await uow.session.flush()


async def _drain(worker: OutboxWorker) -> None:
    while await worker.work_once():
        pass


async def test_rows_of_a_key_go_out_in_order(uow_factory: UnitOfWorkFactory) -> None:
    receiver = Receiver()
    await _add(uow_factory, ("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"))
    await _drain(OutboxWorker(uow_factory, {"t": receiver}))
    assert [text for text in receiver.got if text.startswith("a")] == ["a1", "a2", "a3"]
    assert "b1" in receiver.got


async def test_a_failing_row_holds_back_its_key_only_and_is_tried_again(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    receiver = Receiver()
    receiver.failing["a1"] = OSError("network")
    worker = OutboxWorker(uow_factory, {"t": receiver})
    await _add(uow_factory, ("a", "a1"), ("a", "a2"), ("b", "b1"))
    await _drain(worker)
    assert receiver.got == ["b1"]
    receiver.failing.clear()
    await _drain(worker)
    assert receiver.got == ["b1"], "the wait is not over"
    clock.advance(timedelta(seconds=BACKOFF[0]))
    await _drain(worker)
    assert receiver.got == ["b1", "a1", "a2"]


async def test_a_refused_row_is_not_tried_again_and_lets_the_next_pass(
    uow_factory: UnitOfWorkFactory,
) -> None:
    receiver = Receiver()
    receiver.failing["a1"] = Refused("45015")
    await _add(uow_factory, ("a", "a1"), ("a", "a2"))
    await _drain(OutboxWorker(uow_factory, {"t": receiver}))
    assert receiver.got == ["a2"]
    async with uow_factory.read() as session:
        left = (await session.execute(select(OutboxRow.state, OutboxRow.last_error))).all()
    assert [tuple(row) for row in left] == [("failed", "45015")], "what was delivered is gone"


async def test_a_slow_delivery_holds_up_nobody_else(uow_factory: UnitOfWorkFactory) -> None:
    receiver = Receiver()
    others_done, all_done = asyncio.Event(), asyncio.Event()

    async def deliver(payload: dict[str, Any]) -> None:
        if payload["text"] == "a1":
            await others_done.wait()
        await receiver(payload)
        if payload["text"] == "b2":
            others_done.set()
        if len(receiver.got) == 4:
            all_done.set()

    worker = OutboxWorker(uow_factory, {"t": deliver})
    uow_factory.wake_outbox = worker.wake
    await _add(uow_factory, ("a", "a1"), ("b", "b1"), ("b", "b2"), ("a", "a2"))
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        await all_done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert receiver.got == ["b1", "b2", "a1", "a2"]


async def test_a_row_whose_worker_died_is_taken_over_when_its_lease_is_over(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    receiver = Receiver()

    class Died(BaseException):
        pass

    async def die(payload: dict[str, Any]) -> None:
        raise Died

    await _add(uow_factory, ("a", "a1"))
    dying, other = OutboxWorker(uow_factory, {"t": die}), OutboxWorker(uow_factory, {"t": receiver})
    with contextlib.suppress(Died):
        await dying.work_once()
    assert await other.work_once() == 0
    clock.advance(timedelta(minutes=2))
    await _drain(other)
    assert receiver.got == ["a1"]


async def test_what_is_postponed_waits_and_does_not_count_as_a_try(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    receiver = Receiver()
    until = clock.now() + timedelta(hours=10)
    receiver.failing["a1"] = Postponed(until)
    worker = OutboxWorker(uow_factory, {"t": receiver})
    await _add(uow_factory, ("a", "a1"))
    await _drain(worker)
    async with uow_factory.read() as session:
        row = (await session.scalars(select(OutboxRow))).one()
    assert (row.attempts, row.next_attempt_at, row.state) == (0, until, "pending")
    receiver.failing.clear()
    clock.advance(timedelta(hours=10))
    await _drain(worker)
    assert receiver.got == ["a1"]


async def test_what_is_postponed_for_a_moment_does_not_wait_for_the_next_poll(
    uow_factory: UnitOfWorkFactory,
) -> None:
    uows, done = UnitOfWorkFactory(uow_factory.database, SystemClock()), asyncio.Event()
    tries = 0

    async def at_second_try(_payload: dict[str, Any]) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Postponed(uows.clock.now() + timedelta(milliseconds=20))
        done.set()

    await _add(uows, ("a", "a1"))
    running = asyncio.create_task(OutboxWorker(uows, {"t": at_second_try}).run())
    # Less than the poll's pause.
    async with asyncio.timeout(IDLE_SECONDS - 1):
        await done.wait()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_what_ends_a_delivery_is_written_with_its_end(uow_factory: UnitOfWorkFactory) -> None:
    async def keep(_payload: dict[str, Any]) -> Settled:
        return Settled(lambda uow: _put(uow, "held"), keep=True)

    async def broken(_payload: dict[str, Any]) -> Settled:
        raise TryAgain(OSError("network"), lambda uow: _put(uow, "noted"))

    async def _put(uow: UnitOfWork, error: str) -> None:
        await uow.session.execute(update(OutboxRow).values(state="held", last_error=error))

    await _add(uow_factory, ("a", "a1"))
    await OutboxWorker(uow_factory, {"t": keep}).work_once()
    async with uow_factory.write() as uow:
        [row] = (await uow.session.scalars(select(OutboxRow))).all()
        assert (row.state, row.last_error) == ("held", "held")
        assert await release(uow.session, "a", uow.clock.now() + timedelta(minutes=2)) == 1
        row.lease_until, row.next_attempt_at = None, uow.clock.now()
    worker = OutboxWorker(uow_factory, {"t": broken})
    await worker.work_once()
    async with uow_factory.read() as session:
        [again] = (await session.scalars(select(OutboxRow))).all()
    assert (again.state, again.last_error) == ("held", "OSError")


async def test_what_was_let_go_waits_while_another_of_its_key_is_under_way(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    await _add(uow_factory, ("a", "a1"), ("a", "a2"))
    async with uow_factory.write() as uow:
        first, second = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        first.state = "held"
        await uow.session.flush()
        claimed = await claim(uow.session, clock.now(), lease=timedelta(minutes=1), limit=5)
        assert [row.id for row in claimed] == [second.id]
        await uow.session.flush()
        await release(uow.session, "a", clock.now())
        later = await claim(uow.session, clock.now(), lease=timedelta(minutes=1), limit=5)
        assert later == [], "order is kept only one at a time"
