"""Who writes next on SQLite, and who begins in the gaps between what others wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from core.rush import Rush
from core.write_lock import MOST_IN_A_ROW, WriteLock


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


def writer(lock: WriteLock, order: list[str], name: str, *, first: bool) -> asyncio.Task[None]:
    async def write() -> None:
        async with lock.first if first else lock:
            order.append(name)
            await asyncio.sleep(0)

    return asyncio.create_task(write())


async def test_whoever_is_waited_for_goes_first_and_each_side_in_order() -> None:
    lock, order = WriteLock(), list[str]()
    await lock.acquire()
    tasks = [
        writer(lock, order, name, first=first)
        for name, first in [("a", False), ("b", False), ("p", True), ("q", True)]
    ]
    await settle()
    assert order == []
    lock.release()
    await asyncio.gather(*tasks)
    assert order == ["p", "q", "a", "b"]


async def test_however_many_press_the_others_get_their_turn() -> None:
    lock, order = WriteLock(), list[str]()
    await lock.acquire()
    tasks = [writer(lock, order, "answer", first=False)]
    tasks += [writer(lock, order, "push", first=True) for _ in range(3 * MOST_IN_A_ROW)]
    await settle()
    lock.release()
    await asyncio.gather(*tasks)
    assert order.index("answer") == MOST_IN_A_ROW


@pytest.mark.parametrize("when", ["while waiting", "when it is handed over"])
async def test_whoever_gives_up_keeps_nobody_out(when: str) -> None:
    lock, order = WriteLock(), list[str]()
    await lock.acquire()
    gone, stays = (writer(lock, order, name, first=False) for name in ("gone", "stays"))
    await settle()
    if when == "while waiting":
        gone.cancel()
        await settle()
        lock.release()
    else:
        lock.release()
        gone.cancel()
    await asyncio.wait_for(stays, 1)
    assert order == ["stays"]
    async with asyncio.timeout(1), lock:
        pass


async def test_what_fails_lets_the_next_one_in() -> None:
    lock = WriteLock()
    with pytest.raises(ValueError, match="broken"):
        async with lock.first:
            raise ValueError("broken")
    async with asyncio.timeout(1), lock:
        pass


def beginner(rush: Rush, begun: list[int], number: int) -> asyncio.Task[None]:
    async def begin() -> None:
        await rush.gap()
        begun.append(number)

    return asyncio.create_task(begin())


async def test_with_nobody_waiting_everything_begins_at_once() -> None:
    rush, begun = Rush(), list[int]()
    tasks = [beginner(rush, begun, number) for number in range(5)]
    await asyncio.gather(*tasks)
    assert begun == [0, 1, 2, 3, 4]


async def test_nothing_begins_while_somebody_waits() -> None:
    rush, begun = Rush(), list[int]()
    with rush.waited_for():
        with rush.waited_for():
            tasks = [beginner(rush, begun, number) for number in range(3)]
            await settle()
        await settle()
        assert begun == []
    await asyncio.gather(*tasks)
    assert begun == [0, 1, 2]


async def test_under_pressure_without_end_it_begins_all_the_same() -> None:
    rush, begun = Rush(most_seconds=0.0), list[int]()
    with rush.waited_for():
        await asyncio.wait_for(beginner(rush, begun, 1), 1)
        assert not await rush.gap()
    assert begun == [1]
    assert await rush.gap()


async def test_whoever_fails_is_waited_for_no_longer() -> None:
    rush = Rush(most_seconds=60)

    def broken() -> Callable[[], None]:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), rush.waited_for():
        broken()
    await asyncio.wait_for(rush.gap(), 1)
