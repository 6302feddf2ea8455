"""Applying the events a desk hears to the state it had gives the state it would fetch, whatever happened in between.

The server's side is real; the desk's side is the console's own store, run by vitest (web/tests/replay.test.ts).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.content import TextContent
from core.errors import BangbanError
from core.ids import new_id
from core.settings import ROOT
from handoff.desk.rooms import rooms_of
from handoff.desk.wanted import Section, Wanted
from tests.integration.handoff.conftest import World

STEPS_BEFORE, STEPS = 12, 45
WEB = ROOT / "web"


class Town:
    """Citizens and agents who do what the dice say. What is refused has not happened."""

    def __init__(self, world: World, agents: list[Actor], chance: random.Random) -> None:
        self._world, self._agents, self._chance = world, agents, chance
        self._citizens: dict[str, str] = {}

    async def step(self) -> None:
        people, agent = self._world.people, self._chance.choice(self._agents)
        deed = self._chance.choice(
            ("arrive", "arrive", "write", "write", "write", "answer", "answer", "note", "read",
             "claim", "next", "next", "release", "close", "cancel")
        )  # fmt: skip
        self._world.clock.advance(timedelta(seconds=self._chance.randrange(1, 40)))
        try:
            if deed == "arrive":
                who = f"citizen-{new_id()}"
                self._citizens[who] = await self._world.say("转人工", who=who)
                return
            if not self._citizens:
                return
            who = self._chance.choice(list(self._citizens))
            conversation_id = self._citizens[who]
            match deed:
                case "write":
                    number = self._chance.randrange(1000)
                    self._citizens[who] = await self._world.say(f"还有一个问题{number}", who=who)
                case "answer" | "note":
                    await people.talking.send_message(
                        conversation_id, agent, TextContent(text=f"好的{self._chance.random():.3f}"),
                        client_msg_id=new_id(), private=deed == "note",
                    )  # fmt: skip
                case "read":
                    await people.talking.mark_read(conversation_id, agent, 2**31 - 1)
                case "claim":
                    await people.taking.claim(conversation_id, agent)
                case "next":
                    await people.taking.claim_next(agent)
                case "release":
                    await people.ending.release(conversation_id, agent)
                case "close":
                    await people.ending.close(conversation_id, agent)
                case "cancel":
                    await self._world.engine.cancel_handoff(conversation_id)
        except BangbanError:
            return


async def _lists(world: World, agent: Actor) -> dict[str, Any]:
    found = {}
    for section in (Section.MINE, Section.QUEUED):
        page = await world.people.reader.page(agent, Wanted(section=section), limit=500)
        found[section.value] = [item.model_dump(mode="json") for item in page.items]
    return found


async def _story(world: World, number: int) -> list[dict[str, Any]]:
    """What each agent's desk fetched, heard, and would fetch now."""
    chance = random.Random(number)
    agents = [
        await world.agent(f"{role.value}{place}-{number}", capacity=4, role=role)
        for place, role in enumerate((Role.AGENT, Role.AGENT, Role.SUPERVISOR))
    ]
    town = Town(world, agents, chance)
    for _ in range(STEPS_BEFORE):
        await town.step()
    before = [await _lists(world, agent) for agent in agents]
    start = len(world.heard.events)
    for _ in range(STEPS):
        await town.step()
    stories = []
    for agent, had in zip(agents, before, strict=True):
        async with world.uows.read() as session:
            rooms = await rooms_of(session, agent)
        heard = [
            {"name": event.name, "payload": event.payload.model_dump(mode="json")}
            for event in world.heard.events[start:]
            if event.audience.agent_rooms & rooms
        ]
        stories.append(
            {
                "me": agent.account_id,
                "supervises": agent.role is Role.SUPERVISOR,
                "before": had,
                "events": heard,
                "after": await _lists(world, agent),
            }
        )
    return stories


@pytest.mark.skipif(
    not (WEB / "node_modules").is_dir() or shutil.which("npx") is None,
    reason="the console's packages are not installed",
)
async def test_the_desk_knows_by_its_events_what_it_would_fetch(
    world: World, tmp_path: Path
) -> None:
    stories = [story for number in range(4) for story in await _story(world, number)]
    assert sum(len(story["events"]) for story in stories) > 300
    recorded = tmp_path / "stories.json"
    recorded.write_text(json.dumps(stories, ensure_ascii=False), "utf-8")
    replay = await asyncio.create_subprocess_exec(
        "npx", "vitest", "run", "tests/replay.test.ts", cwd=WEB,
        env={**os.environ, "BANGBAN_REPLAY": str(recorded)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await replay.communicate()
    assert replay.returncode == 0, printed.decode()[-6000:]
