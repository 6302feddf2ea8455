"""A desk with much on it, written straight into a new home: for benchmarks.desk_page, and to look at by hand."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.container import build
from app.install import prepare
from app.migrate import upgrade
from core.auth.permissions import Role
from core.auth.service import create_account
from core.conversation.models import Contact, ContactIdentity, Conversation, Message
from core.conversation.status import ConversationStatus as Status
from core.ids import new_id
from core.settings import Settings
from core.unit_of_work import UnitOfWork
from handoff.queue.models import Assignment, QueueEntry

PASSWORD = "bench only, never anywhere else"
LOGIN = "desk"
TAGS = ("重点服务对象", "单位经办人", "老年人", "异地")
BUSINESSES = ("提取", "信贷", "缴存", "养老", "医疗", None)
GROUPS = ("", "", "", "单位客户")
SAID = (
    "租房提取需要准备哪些材料，网上能办吗",
    "我上个月交的钱怎么还没有到账",
    "贷款批下来了，什么时候放款",
    "好的，谢谢",
    "我想问一下异地的缴存证明在哪里开，单位说不归他们管，让我自己到窗口来问",
)
REPLIED = (
    "您好，请稍等，我帮您看一下。",
    "可以在网上办理，需要租房合同和身份证。",
    "还有其他问题吗？",
)


@dataclass(frozen=True)
class Size:
    """How much is on the desk. `long`: messages of one of the agent's own conversations."""

    own: int = 500
    waiting: int = 500
    long: int = 10_000
    spoken: int = 100_000


@dataclass(frozen=True)
class Seeded:
    agent_id: str
    token: str
    long: str


async def seed(settings: Settings, size: Size, *, capacity: int = 5000) -> Seeded:
    """Make the home: an agent with `own` conversations, `waiting` ones in the queue, a long one, closed ones."""
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    container = build(settings)
    try:
        await prepare(container)
        async with container.uows.write() as uow:
            account = await create_account(
                uow,
                login=LOGIN,
                name="王芳",
                role=Role.SUPERVISOR,
                password=PASSWORD,
                actor="bench",
            )
        await container.people.agents.set_capacity(account.id, capacity, actor="bench")
        _, token = await container.auth.login(LOGIN, PASSWORD, "bench")
        writer = _Writer(random.Random(7), account.id, container.uows.clock.now())
        long = ""
        for start in range(0, size.own, 100):
            async with container.uows.write() as uow:
                for _ in range(start, min(start + 100, size.own)):
                    writer.conversation(uow, Status.ASSIGNED, 6)
        for start in range(0, size.waiting, 100):
            async with container.uows.write() as uow:
                for _ in range(start, min(start + 100, size.waiting)):
                    writer.conversation(uow, Status.QUEUED, 3)
        async with container.uows.write() as uow:
            long = writer.conversation(uow, Status.ASSIGNED, 0)
        for start in range(0, size.long, 2000):
            async with container.uows.write() as uow:
                writer.talk(uow, long, start, min(2000, size.long - start))
        async with container.uows.write() as uow:
            row = await uow.session.get(Conversation, long)
            assert row is not None
            row.last_seq = row.visitor_seq = row.agent_read_seq = size.long
        for _ in range(0, size.spoken, 2000):
            async with container.uows.write() as uow:
                for _ in range(100):
                    writer.conversation(uow, Status.CLOSED, 20)
    finally:
        await container.close()
    return Seeded(account.id, token, long)


class _Writer:
    """Rows as the engine would have left them, as far as the desk looks at them."""

    def __init__(self, chance: random.Random, agent_id: str, now: datetime) -> None:
        self._chance, self._agent, self._now = chance, agent_id, now
        self._count = 0

    def conversation(self, uow: UnitOfWork, status: Status, messages: int) -> str:
        self._count += 1
        chance, number = self._chance, self._count
        at = self._now - timedelta(seconds=chance.randrange(30, 40_000))
        contact_id, conversation_id = new_id(), new_id()
        tags = chance.sample(TAGS, chance.randrange(3))
        uow.session.add(
            Contact(
                id=contact_id, name=f"市民{number}", tags=tags, created_at=at,
                customer_group=chance.choice(GROUPS), region="example",
            )
        )  # fmt: skip
        uow.session.add(
            ContactIdentity(
                id=new_id(), inbox_id="web", external_id=f"bench-{number}", contact_id=contact_id
            )
        )
        closed = status is Status.CLOSED
        unread = status is Status.ASSIGNED and chance.random() < 0.3
        uow.session.add(
            Conversation(
                id=conversation_id, inbox_id="web", channel="web", contact_id=contact_id,
                status=status, epoch=1, business=chance.choice(BUSINESSES),
                owner_id=self._agent if status is Status.ASSIGNED else None,
                last_seq=messages, visitor_seq=messages, answered_seq=messages,
                agent_read_seq=messages - (2 if unread and messages > 2 else 0),
                handoff={"rule": "keyword", "evidence": {}, "category": None},
                preview=chance.choice(SAID), created_at=at, updated_at=at,
                closed_at=at if closed else None,
            )
        )  # fmt: skip
        if status is Status.QUEUED:
            uow.session.add(
                QueueEntry(
                    id=new_id(), conversation_id=conversation_id, contact_id=contact_id,
                    rule="keyword", state="waiting", enqueued_at=at, order_at=at,
                    priority=chance.choice((0, 0, 0, 2)),
                )
            )  # fmt: skip
        else:
            uow.session.add(
                Assignment(
                    id=new_id(), conversation_id=conversation_id, agent_id=self._agent,
                    trigger="claimed", started_at=at, ended_at=at if closed else None,
                    outcome="closed" if closed else None,
                )
            )  # fmt: skip
        self.talk(uow, conversation_id, 0, messages)
        return conversation_id

    def talk(self, uow: UnitOfWork, conversation_id: str, before: int, number: int) -> None:
        """So many messages after seq `before`, back and forth, a minute apart."""
        for seq in range(before + 1, before + number + 1):
            citizen = seq % 2 == 1
            text = self._chance.choice(SAID if citizen else REPLIED)
            content: dict[str, Any] = {"type": "text", "text": f"{text}（{seq}）"}
            uow.session.add(
                Message(
                    id=new_id(), conversation_id=conversation_id, inbox_id="web", seq=seq,
                    author_kind="visitor" if citizen else "agent",
                    author_id=None if citizen else self._agent,
                    author_name="" if citizen else "王芳", content=content, meta={},
                    created_at=self._now - timedelta(minutes=number - (seq - before)),
                )
            )  # fmt: skip
