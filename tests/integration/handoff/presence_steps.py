"""Steps of presence: time passing with desks open, an agent who vanishes, and what was told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.auth.actor import Actor
from core.configs import put_config
from core.events import AlertRaised
from handoff.agents.models import PresenceLease
from handoff.agents.schemas import AgentRead
from handoff.agents.settings import CONFIG_NAME, PresenceSettings
from tests.integration.handoff.conftest import World


async def later(world: World, *seconds: float) -> None:
    """Time passes in steps short enough for the server to have been there."""
    for each in seconds:
        world.clock.advance(timedelta(seconds=each))
        await world.sweeper.sweep_once()


async def configure(world: World, **settings: Any) -> None:
    async with world.uows.write() as uow:
        value = PresenceSettings.model_validate(settings)
        await put_config(uow, CONFIG_NAME, value, "system")


async def agent_now(world: World, agent: Actor) -> AgentRead:
    agents = await world.people.agents.list_agents()
    return next(each for each in agents if each.id == agent.account_id)


async def status(world: World, agent: Actor) -> str:
    return (await agent_now(world, agent)).status


def alerts(world: World, code: str) -> list[AlertRaised]:
    payloads = [event.payload for event in world.heard.events if event.name == "alert.raised"]
    return [each for each in payloads if isinstance(each, AlertRaised) and each.code == code]


async def vanish(world: World, agent: Actor) -> None:
    """The laptop closes without a goodbye: no heartbeat renews its lease; others' go on."""
    for _ in range(6):
        await later(world, 10.5)
        await keep(world, but=agent)
    assert await status(world, agent) == "offline"


async def keep(world: World, *, but: Actor) -> None:
    async with world.uows.read() as session:
        rows = (await session.scalars(select(PresenceLease))).all()
        there = [row.connection_id for row in rows if row.agent_id != but.account_id]
    await world.people.agents.heartbeat(there)
    await world.sweeper.sweep_once()


async def wait_out(world: World, seconds: int, *, gone: Actor) -> None:
    """Time in which everybody but `gone` is at the desk."""
    for _ in range(seconds // 20):
        await later(world, 20)
        await keep(world, but=gone)


async def connections(world: World) -> list[str]:

    async with world.uows.read() as session:
        return list((await session.scalars(select(PresenceLease.connection_id))).all())
