"""The server is killed while 200 citizens write, to agents, in the queue and to the bot, and comes back."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.container import build
from app.defaults import add_default_inboxes
from benchmarks.wire import Refused
from core.auth.permissions import Role
from core.auth.service import create_account
from core.clock import SystemClock
from core.configs import put_config
from core.database import Database
from core.settings import Settings
from core.timers.models import Timer
from handoff.hours.decisions import Row
from handoff.hours.settings import ADMISSION_CONFIG, AdmissionSettings
from handoff.queue.models import QueueEntry
from handoff.queue.waits import TIMEOUT_TIMER
from tests.integration.app.processes import ServerProcess
from tests.integration.app.site import PASSWORD, settings_for
from tests.integration.app.town import AGENTS, PATIENCE, SERVED, WAITING, State, Town, Writer

# When so many were acknowledged in the storm, the server dies.
ENOUGH = 400


@pytest.fixture
def settings(tmp_path: Path, database_url: str, encoder: Path) -> Settings:
    return settings_for(tmp_path / "home", database_url, encoder)


async def prepare(settings: Settings) -> list[str]:
    """Agents who may take over from the bot, and people at every hour; the agents' tokens."""
    container = build(settings)
    tokens = []
    try:
        async with container.uows.write() as uow:
            await add_default_inboxes(uow)
            always = AdmissionSettings(rows=[Row("queue")])
            await put_config(uow, ADMISSION_CONFIG, always, "test")
            made = [
                await create_account(
                    uow, login=f"agent{n}", name=f"坐席{n}", role=Role.SUPERVISOR,
                    password=PASSWORD, actor="test",
                )
                for n in range(AGENTS)
            ]  # fmt: skip
        for account in made:
            await container.people.agents.set_capacity(account.id, 50, actor="test")
            tokens.append((await container.auth.login(account.login, PASSWORD, "test"))[1])
    finally:
        await container.close()
    return tokens


async def storm(town: Town, server: ServerProcess) -> dict[int, Writer]:
    """Everybody writes until the server is dead; the agents' side, by number of the citizen."""
    count = itertools.count(1)
    enough = asyncio.Event()
    answers = {
        one.number: Writer(town.desk_of(one.number))
        for one in town.citizens
        if one.number % 10 < SERVED
    }

    async def keep_writing(writer: Writer, name: str, **where: str) -> None:
        for n in itertools.count():
            await writer.send(f"{name}-{n}", **where)
            if next(count) >= ENOUGH:
                enough.set()

    writing = [
        asyncio.create_task(keep_writing(one.writer, f"c{one.number}")) for one in town.citizens
    ] + [
        asyncio.create_task(
            keep_writing(
                writer, f"a{number}", conversation_id=town.citizens[number].conversation_id
            )
        )
        for number, writer in answers.items()
    ]
    await asyncio.wait_for(enough.wait(), PATIENCE)
    await server.kill()
    for task in writing:
        task.cancel()
    ended = await asyncio.gather(*writing, return_exceptions=True)
    assert not [one for one in ended if isinstance(one, Refused)], "nobody was told no"
    return answers


async def wait_is_over(settings: Settings) -> None:
    """As if the time a citizen may wait had passed while the server was away."""
    database = Database(settings.resolved_database_url)
    past = SystemClock().now() - timedelta(seconds=5)
    async with database.engine.begin() as connection:
        await connection.execute(
            update(Timer).where(Timer.kind == TIMEOUT_TIMER).values(due_at=past)
        )
    await database.close()


async def waits_are_over(settings: Settings, conversation_ids: list[str]) -> None:
    """Wait until all of these have been told that it took too long."""
    database = Database(settings.resolved_database_url)
    over = select(func.count()).where(
        QueueEntry.conversation_id.in_(conversation_ids), QueueEntry.state == "timed_out"
    )
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reader.connect() as connection:
                if await connection.scalar(over) == len(conversation_ids):
                    break
            await asyncio.sleep(0.2)
    await database.close()


async def send_again(town: Town, answers: dict[int, Writer]) -> None:
    """All at once, as browsers do: what they have no acknowledgement for, and here one that they have."""

    async def citizen_sends(writer: Writer) -> None:
        for key in writer.sent[-2:]:
            known = writer.acknowledged.get(key)
            assert known in (None, (await writer.send(key))["seq"])

    async def agent_sends(number: int, writer: Writer) -> None:
        writer.wire = town.desk_of(number)
        where = {"conversation_id": town.citizens[number].conversation_id}
        for key in writer.sent[-1:]:
            await writer.send(key, **where)

    await asyncio.gather(
        *(citizen_sends(citizen.writer) for citizen in town.citizens),
        *(agent_sends(number, writer) for number, writer in answers.items()),
    )


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_killed_while_two_hundred_write_nothing_acknowledged_is_lost_or_doubled(
    settings: Settings, tmp_path: Path
) -> None:
    tokens = await prepare(settings)
    server = ServerProcess(settings, tmp_path)
    town = Town(settings, tokens)
    try:
        await server.start()
        await town.move_in()
        before = await State.read(settings)
        answers = await storm(town, server)

        after = await State.read(settings)
        after.check(town, answers)
        groups = [[c for c in town.citizens if low <= c.number % 10 < high]
                  for low, high in ((0, SERVED), (SERVED, WAITING), (WAITING, 10))]  # fmt: skip
        assert set(after.talks(groups[0])) == {"assigned"}
        assert set(after.talks(groups[1])) == {"queued"}
        # Whom the bot did not understand often enough is led to people.
        assert set(after.talks(groups[2])) <= {"bot", "queued"}
        for citizen in groups[0]:
            row, was = (s.conversations[citizen.conversation_id] for s in (after, before))
            assert (row.owner_id, row.epoch) == (was.owner_id, was.epoch)
            assert row.clock_at is not None
        for citizen in groups[1]:
            assert (TIMEOUT_TIMER, citizen.conversation_id) in after.timers
        assert after.leases >= AGENTS

        await wait_is_over(settings)
        await server.start()
        await town.come_back()
        await send_again(town, answers)
        await waits_are_over(settings, [one.conversation_id for one in groups[1]])
        # Nothing moves any more while it is read.
        await server.stop()
        last = await State.read(settings)
        last.check(town, answers)
        for citizen in town.citizens:
            assert len(citizen.writer.acknowledged) == len(citizen.writer.sent)
        for citizen in groups[1]:
            # Once, though it was due while nobody looked.
            assert last.told(citizen.conversation_id)["queue_timed_out"] == 1
    finally:
        await server.stop()
