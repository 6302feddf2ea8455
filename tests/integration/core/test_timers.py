"""Timers fire once, survive a restart, and are swept by one leader."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.clock import FixedClock
from core.timers.repository import cancel_timer, set_timer
from core.timers.sweeper import LEASE, TimerHandler, TimerSweeper
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
