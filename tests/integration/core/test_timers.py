"""Timers fire once, survive a restart, and are swept by one leader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.clock import FixedClock
from core.timers.repository import cancel_timer, set_timer, set_timers
from core.timers.sweeper import LEASE, RETRY_AFTER, BatchHandler, TimerHandler, TimerSweeper
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory


class Fired:
    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.fail = False

    async def __call__(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        if self.fail:
            raise RuntimeError("handler")
        self.subjects.append(subject)


async def test_a_timer_fires_once_when_due_and_not_before(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = Fired()
    sweeper = TimerSweeper(uow_factory, {"idle": TimerHandler(fired)})
    async with uow_factory.write() as uow:
        await set_timer(uow, "idle", "c1", clock.now() + timedelta(minutes=1))
    await sweeper.sweep_once()
    assert fired.subjects == []
    clock.advance(timedelta(minutes=1))
    await sweeper.sweep_once()
    await sweeper.sweep_once()
    assert fired.subjects == ["c1"]


async def test_setting_again_moves_and_cancelling_removes(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = Fired()
    sweeper = TimerSweeper(uow_factory, {"idle": TimerHandler(fired)})
    async with uow_factory.write() as uow:
        await set_timer(uow, "idle", "moved", clock.now())
        await set_timer(uow, "idle", "moved", clock.now() + timedelta(hours=1))
        await set_timer(uow, "idle", "cancelled", clock.now())
        await cancel_timer(uow, "idle", "cancelled")
    await sweeper.sweep_once()
    assert fired.subjects == []
    clock.advance(timedelta(hours=1))
    await sweeper.sweep_once()
    assert fired.subjects == ["moved"]


async def test_a_failing_handler_is_tried_again_later(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = Fired()
    fired.fail = True
    sweeper = TimerSweeper(uow_factory, {"idle": TimerHandler(fired)})
    async with uow_factory.write() as uow:
        await set_timer(uow, "idle", "c1", clock.now())
    assert await sweeper.sweep_once() == 0
    fired.fail = False
    clock.advance(timedelta(minutes=1))
    assert await sweeper.sweep_once() == 1
    assert fired.subjects == ["c1"]


async def test_a_timer_cancelled_while_it_waited_for_its_lock_does_not_fire(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = Fired()

    async def cancelled_meanwhile(uow: UnitOfWork, subject: str) -> None:
        # What whoever held the lock before did.
        await cancel_timer(uow, "idle", subject)

    sweeper = TimerSweeper(uow_factory, {"idle": TimerHandler(fired, lock=cancelled_meanwhile)})
    async with uow_factory.write() as uow:
        await set_timer(uow, "idle", "c1", clock.now())
    assert await sweeper.sweep_once() == 0
    assert fired.subjects == []


async def test_only_the_leader_sweeps_until_its_lease_is_over(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    first, second = Fired(), Fired()
    leader, other = (
        TimerSweeper(uow_factory, {"idle": TimerHandler(first)}),
        TimerSweeper(uow_factory, {"idle": TimerHandler(second)}),
    )
    for subject in ("a", "b"):
        async with uow_factory.write() as uow:
            await set_timer(uow, "idle", subject, clock.now())
        await (leader if subject == "a" else other).sweep_once()
    assert (first.subjects, second.subjects) == (["a"], [])
    clock.advance(LEASE)
    await other.sweep_once()
    assert second.subjects == ["b"]


class FiredTogether:
    """A batch handler that refuses some subjects and does not get others' locks."""

    def __init__(self, *, bad: str = "", locked: str = "") -> None:
        self.batches: list[list[str]] = []
        self.bad, self.locked = bad, locked

    async def fire(self, uow: UnitOfWork, due: Mapping[str, dict[str, Any]]) -> None:
        if self.bad in due:
            raise RuntimeError("handler")
        self.batches.append(sorted(due))

    async def lock(self, uow: UnitOfWork, subjects: Sequence[str]) -> set[str]:
        return {each for each in subjects if each != self.locked}

    def swept_by(self, uows: UnitOfWorkFactory, most: int = 10) -> TimerSweeper:
        return TimerSweeper(uows, {}, {"many": BatchHandler(self.fire, self.lock, most)})


async def set_many(uows: UnitOfWorkFactory, clock: FixedClock, subjects: str) -> None:
    async with uows.write() as uow:
        await set_timers(uow, "many", {each: clock.now() for each in subjects})


async def test_many_of_a_kind_fire_together_and_once(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = FiredTogether()
    await set_many(uow_factory, clock, "abcde")
    sweeper = fired.swept_by(uow_factory, most=3)
    assert [await sweeper.sweep_once() for _ in range(3)] == [3, 2, 0]
    assert sorted(each for batch in fired.batches for each in batch) == list("abcde")


async def test_one_that_fails_keeps_no_other_of_its_batch_waiting(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = FiredTogether(bad="c")
    await set_many(uow_factory, clock, "abcde")
    sweeper = fired.swept_by(uow_factory)
    assert await sweeper.sweep_once() == 4
    assert await sweeper.sweep_once() == 0
    fired.bad = ""
    clock.advance(RETRY_AFTER)
    assert await sweeper.sweep_once() == 1
    assert fired.batches[-1] == ["c"]


async def test_what_somebody_holds_is_left_for_the_next_sweep(
    uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    fired = FiredTogether(locked="b")
    await set_many(uow_factory, clock, "abc")
    sweeper = fired.swept_by(uow_factory)
    assert await sweeper.sweep_once() == 2
    fired.locked = ""
    assert await sweeper.sweep_once() == 1
    assert fired.batches == [["a", "c"], ["b"]]
