"""An agent and a citizen on WeChat, for the tests of what may be replied and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from core.conversation import deliveries, thread
from core.conversation.content import Content, TextContent
from core.conversation.models import Conversation, Message, MessageDelivery
from core.conversation.replying import ReplyWindowUpdated
from core.conversation.schemas import Author, MessageRead
from core.conversation.status import Trigger
from core.events import Event
from core.ids import new_id
from core.outbox.models import OutboxRow
from tests.integration.wechat.conftest import World

# So long that two of them do not fit into one bubble.
LONG = 600


@dataclass
class Talk:
    """`agent` serves `openid`; `heard` is what the desk was told."""

    world: World
    openid: str = "oCitizen"
    agent: str = field(default_factory=new_id)
    heard: list[Event] = field(default_factory=list)

    async def begin(self) -> Talk:
        """The citizen has written, the bot has answered, an agent has taken over."""
        await self.world.say("我要人工", openid=self.openid)
        await self.take_over()

        async def hear(events: list[Event]) -> None:
            self.heard += events

        self.world.uows.publish = hear
        return self

    async def take_over(self, text: str = "工作人员王芳为您服务") -> None:
        conversation = await self.world.conversation(self.openid)
        async with self.world.uows.write() as uow:
            row = await thread.load_for_update(uow, conversation.id)
            await thread.transition(
                uow, row, Trigger.TAKEN_OVER, actor=self.agent, owner_id=self.agent, text=text
            )

    async def close(self, text: str = "会话已结束。") -> None:
        conversation = await self.world.conversation(self.openid)
        async with self.world.uows.write() as uow:
            row = await thread.load_for_update(uow, conversation.id)
            await thread.transition(uow, row, Trigger.CLOSED, actor=self.agent, text=text)

    async def write(self, *texts: str, settle: bool = True) -> list[str]:
        """The agent's messages, each in a transaction of its own, and what becomes of them; returns their ids."""
        ids = [await self.add(TextContent(text=text)) for text in texts]
        if settle:
            await self.world.settle()
            # Where replies are short they have waited for more words.
            await self.later(seconds=4)
        return ids

    async def add(self, content: Content) -> str:
        conversation = await self.world.conversation(self.openid)
        async with self.world.uows.write() as uow:
            row = await thread.load_for_update(uow, conversation.id)
            author = Author(kind="agent", id=self.agent, name="王芳")
            return (await thread.append(uow, row, author, content)).id

    async def say(self, text: str, **more: str) -> None:
        """The citizen writes, some seconds later."""
        self.world.clock.advance(timedelta(seconds=5))
        await self.world.say(text, openid=self.openid, **more)

    async def later(self, **time: float) -> None:
        self.world.clock.advance(timedelta(**time))
        await self.world.settle()

    async def shown(self) -> list[str]:
        """Since the agent took over."""
        return (await self.world.answers(self.openid))[1:]

    async def states(self) -> dict[str, str]:
        """What the desk reads of each message of the agent."""
        conversation = await self.world.conversation(self.openid)
        async with self.world.uows.read() as session:
            found = await deliveries.of_conversation(session, conversation)
            query = select(Message).where(
                Message.conversation_id == conversation.id, Message.author_kind == "agent"
            )
            rows = list(await session.scalars(query.order_by(Message.seq)))
            told = {row.id: deliveries.told(conversation, row, found) for row in rows}
        return {row.content["text"]: (told[row.id] or _NONE).state for row in rows}

    async def spend(self, *, leave: int = 0) -> None:
        """Use up what the last message allows, but for `leave`."""
        for _ in range((await self.left()).left - leave):
            await self.write("x" * 3 * LONG)

    async def marks(self) -> list[MessageDelivery]:
        async with self.world.uows.read() as session:
            return list(await session.scalars(select(MessageDelivery)))

    async def left(self) -> ReplyWindowUpdated:
        conversation = await self.world.conversation(self.openid)
        assert self.world.engine._replies is not None
        async with self.world.uows.read() as session:
            found = await self.world.engine._replies.of(session, conversation)
        assert found is not None
        return found

    async def conversation(self) -> Conversation:
        return await self.world.conversation(self.openid)

    async def rows(self) -> list[OutboxRow]:
        return await self.world.outbox_rows()

    def told(self) -> list[str]:
        """The delivery states that were pushed to the desk, of the agent's messages, in order."""
        reads = [event.payload for event in self.heard if event.name == "message.updated"]
        return [
            read.delivery.state
            for read in reads
            if isinstance(read, MessageRead) and read.delivery and read.author.kind == "agent"
        ]

    def windows(self) -> list[ReplyWindowUpdated]:
        found = [event.payload for event in self.heard if event.name == "reply_window.updated"]
        return [each for each in found if isinstance(each, ReplyWindowUpdated)]


class _NoDelivery:
    state = "none"


_NONE = _NoDelivery()
