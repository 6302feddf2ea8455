"""Conversations as a machine that hypothesis drives: what citizens, bot, agents and clock do, and what must hold."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.clock import FixedClock
from core.conversation.content import TextContent
from core.conversation.intake import InboundMessage
from core.conversation.models import Conversation, Message
from core.database import Database
from core.errors import BangbanError
from core.ids import new_id
from core.timers.models import Timer
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.models import AgentProfile
from handoff.hours.decisions import Row
from handoff.queue.models import Assignment, QueueEntry
from handoff.sla.service import CLOCK_TIMER
from tests.integration.handoff.conftest import World, open_world

CITIZENS, AGENTS, CAPACITY = 3, 2, 2
citizens = st.integers(0, CITIZENS - 1)
agents = st.integers(0, AGENTS - 1)


class Talks(RuleBasedStateMachine):
    """`template` is a migrated SQLite database, `folder` where a copy of it goes for each run."""

    def __init__(self, template: Path, folder: Path, clock: FixedClock) -> None:
        super().__init__()
        path = folder / f"{new_id()}.sqlite3"
        shutil.copy(template, path)
        self._loop = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._database = Database(f"sqlite+aiosqlite:///{path}")
        self._clock = FixedClock(clock.now())
        self._world: World
        self._agents: list[Actor] = []
        self._said: dict[str, int] = {}
        self._epochs: dict[str, int] = {}

    # ---- steps -----------------------------------------------------------------------------------

    @initialize()
    def open(self) -> None:
        async def begin() -> None:
            uows = UnitOfWorkFactory(self._database, self._clock)
            self._world = await self._stack.enter_async_context(open_world(uows, self._clock))
            await self._world.admit_by(Row("queue"))
            self._agents = [
                await self._world.agent(f"a{n}", capacity=CAPACITY, role=Role.SUPERVISOR)
                for n in range(AGENTS)
            ]

        self._loop.run(begin())

    @rule(who=citizens, text=st.sampled_from(["怎么提取", "转人工", "好的", "我要投诉"]))
    def citizen_writes(self, who: int, text: str) -> None:
        self._may_be_refused(self._write(who, text))

    @rule(who=citizens)
    def citizen_sends_again(self, who: int) -> None:
        self._may_be_refused(self._write(who, "再发一次", key=f"k{who}"))

    @rule(who=citizens)
    def citizen_asks_for_people(self, who: int) -> None:
        self._of(who, self._world.engine.request_handoff)

    @rule(who=citizens)
    def citizen_cancels(self, who: int) -> None:
        self._of(who, self._world.engine.cancel_handoff)

    @rule(who=citizens, agent=agents)
    def agent_takes(self, who: int, agent: int) -> None:
        self._of(who, lambda one: self._world.people.taking.claim(one, self._agents[agent]))

    @rule(agent=agents)
    def agent_takes_the_next(self, agent: int) -> None:
        self._may_be_refused(self._world.people.taking.claim_next(self._agents[agent]))

    @rule()
    def both_take_the_next(self) -> None:
        async def race() -> None:
            take = self._world.people.taking.claim_next
            done = await asyncio.gather(*map(take, self._agents), return_exceptions=True)
            for each in done:
                if isinstance(each, BaseException) and not isinstance(each, BangbanError):
                    raise each

        self._loop.run(race())

    @rule(who=citizens, agent=agents, again=st.booleans())
    def agent_writes(self, who: int, agent: int, again: bool) -> None:
        key = f"a{agent}" if again else new_id()
        actor, talking = self._agents[agent], self._world.people.talking

        async def write(one: str) -> None:
            content = TextContent(text="您好")
            await talking.send_message(one, actor, content, client_msg_id=key)
            if not again:
                assert (await self._world.conversation(one)).owner_id == actor.account_id

        self._of(who, write)

    @rule(who=citizens, agent=agents)
    def both_write_at_once(self, who: int, agent: int) -> None:
        async def at_once(one: str) -> None:
            said = self._world.people.talking.send_message(
                one, self._agents[agent], TextContent(text="我来答"), client_msg_id=new_id()
            )
            done = await asyncio.gather(self._write(who, "同时"), said, return_exceptions=True)
            for each in done:
                if isinstance(each, BaseException) and not isinstance(each, BangbanError):
                    raise each

        self._of(who, at_once)

    @rule(who=citizens, agent=agents)
    def agent_offers_and_the_other_takes(self, who: int, agent: int) -> None:
        giver, taker = self._agents[agent], self._agents[1 - agent]

        async def hand_over(one: str) -> None:
            await self._world.people.transfers.to_agent(one, giver, taker.account_id, "")
            await self._world.people.team.offers.accept(one, taker)

        self._of(who, hand_over)

    @rule(who=citizens)
    def citizen_and_owner_talk_on(self, who: int) -> None:
        async def talk(one: str) -> None:
            owner = (await self._world.conversation(one)).owner_id
            for actor in [each for each in self._agents if each.account_id == owner]:
                for _ in range(2):
                    await self._write(who, "请问")
                    await self._world.people.talking.send_message(
                        one, actor, TextContent(text="请讲"), client_msg_id=new_id()
                    )

        self._of(who, talk)

    @rule(who=citizens, agent=agents, how=st.sampled_from(["release", "close", "citizen"]))
    def it_ends(self, who: int, agent: int, how: str) -> None:
        ending, actor = self._world.people.ending, self._agents[agent]
        deeds = {
            "release": lambda one: ending.release(one, actor),
            "close": lambda one: ending.close(one, actor),
            "citizen": lambda one: self._world.engine.close(one, actor="visitor"),
        }
        self._of(who, deeds[how])

    @rule(who=citizens, agent=agents)
    def bot_answers_too_late(self, who: int, agent: int) -> None:
        """An agent takes the conversation over while the bot is at its answer."""
        bot, taking = self._world.bot, self._world.people.taking

        async def taken(one: str) -> None:
            async def take() -> None:
                bot.before_reply = None
                with suppress(BangbanError):
                    await taking.claim(one, self._agents[agent])

            bot.before_reply = take
            try:
                await self._write(who, "怎么贷款")
            finally:
                bot.before_reply = None

        self._of(who, taken)

    @rule(minutes=st.sampled_from([1, 4, 11, 16, -30]))
    def time_passes(self, minutes: int) -> None:
        """Also backwards, as when somebody sets the machine's clock right."""
        self._clock.advance(timedelta(minutes=minutes))
        self._loop.run(self._world.sweeper.sweep_once())

    # ---- doing -----------------------------------------------------------------------------------

    def _may_be_refused(self, deed: Awaitable[Any]) -> None:
        """A step that does not fit is refused by name; anything else is a fault."""

        async def do() -> None:
            with suppress(BangbanError):
                await deed

        self._loop.run(do())

    async def _write(self, who: int, text: str, *, key: str = "") -> None:
        message = InboundMessage(
            "web", f"visitor-{who}", TextContent(text=text), client_msg_id=key or new_id()
        )
        await self._world.engine.say(message)
        await self._world.turns.idle()

    def _of(self, who: int, deed: Any) -> None:
        """Do something to the citizen's open conversation."""

        async def do() -> None:
            one = await self._world.engine.open("web", f"visitor-{who}")
            await deed(one)

        self._may_be_refused(do())

    # ---- what holds ------------------------------------------------------------------------------

    @invariant()
    def all_is_true(self) -> None:
        if self._agents:
            self._loop.run(self._check())

    async def _check(self) -> None:
        async with self._world.uows.read() as session:
            conversations = (await session.scalars(select(Conversation))).all()
            messages = (await session.scalars(select(Message).order_by(Message.seq))).all()
            running = select(Assignment).where(Assignment.ended_at.is_(None))
            services = [
                (row.conversation_id, row.agent_id) for row in await session.scalars(running)
            ]
            waiting = select(QueueEntry.conversation_id).where(QueueEntry.state == "waiting")
            queued = list((await session.scalars(waiting)).all())
            timers = {
                row.subject: row.due_at
                for row in await session.scalars(select(Timer).where(Timer.kind == CLOCK_TIMER))
            }
            served = dict(
                (await session.execute(
                    select(Conversation.owner_id, func.count()).group_by(Conversation.owner_id)
                    .where(Conversation.status == "assigned")
                )).all()
            )  # fmt: skip
            capacity = {
                row.account_id: row.capacity for row in await session.scalars(select(AgentProfile))
            }
        owners = {row.id: row.owner_id for row in conversations if row.status == "assigned"}
        assert sorted(services) == sorted(owners.items()), "one service, of its owner"
        assert sorted(queued) == sorted(row.id for row in conversations if row.status == "queued")
        assert all(count <= capacity[str(agent)] for agent, count in served.items())
        for row in conversations:
            assert (row.owner_id is not None) == (row.status == "assigned")
            assert row.epoch >= self._epochs.get(row.id, 0)
            self._epochs[row.id] = row.epoch
            thread = [message for message in messages if message.conversation_id == row.id]
            assert [message.seq for message in thread] == list(range(1, row.last_seq + 1))
            assert len(thread) >= self._said.get(row.id, 0), "nothing is taken away"
            self._said[row.id] = len(thread)
            keys = [message.client_msg_id for message in thread if message.client_msg_id]
            assert len(keys) == len(set(keys))
            self._check_who_spoke(thread)
            if row.status == "assigned":
                assert timers.get(row.id) == row.clock_at

    @staticmethod
    def _check_who_spoke(thread: list[Message]) -> None:
        """By the thread's own lines: the bot never speaks while a person serves, and no agent while none does."""
        status = "bot"
        for message in thread:
            if message.author_kind == "system":
                status = (message.content.get("data") or {}).get("to", status)
            assert not (message.author_kind == "bot" and status == "assigned")
            if message.author_kind == "agent" and not message.private:
                assert status == "assigned"

    def teardown(self) -> None:
        async def end() -> None:
            await self._stack.aclose()
            await self._database.close()

        self._loop.run(end())
        self._loop.close()
