"""A citizen with a long past, written straight into a new home: for benchmarks.widget_scroll, and to look at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.container import build
from app.install import prepare
from app.migrate import upgrade
from channels.web.tokens import VisitorIdentity, VisitorTokens
from core.conversation.models import Contact, ContactIdentity, Conversation, Message
from core.ids import new_id
from core.settings import Settings

INBOX = "web"
# Of the messages, so many are in the present conversation; the others in earlier ones of this length.
PRESENT, LENGTH = 0.8, 20
CITATION = {
    "document": "住房公积金管理条例", "number": "国务院令第262号", "clause": "第二十四条", "link": "",
}  # fmt: skip
ANSWER = (
    "可以，租房可以提取公积金。\n\n**条件**\n\n- 连续足额缴存满三个月\n- 本人及配偶在本市无自有住房\n\n"
    "1. 在网上或窗口申请\n2. 三个工作日内决定\n3. 款项转到本人银行卡\n"
)


@dataclass(frozen=True)
class Citizen:
    """`stored`: what a browser keeps of the citizen."""

    contact: str
    stored: dict[str, str]


def said(place: int) -> tuple[str, dict[str, Any]]:
    """Who says what at that place of the talk: short and long texts, and an answer with its basis in every tenth."""
    if place % 10 == 3:
        answer = {
            "type": "answer", "text_md": f"{ANSWER}\n（{place}）", "article_id": new_id(), "question": "租房提取",
            "score": 0.9, "citations": [CITATION], "next": ["租房一次能取多少", "要哪些材料"],
        }  # fmt: skip
        return "bot", answer
    text = "我想问一下异地的缴存证明在哪里开，单位说不归他们管，让我自己到窗口来问。" * (
        1 + place % 4
    )
    return ("visitor" if place % 2 else "agent"), {"type": "text", "text": f"{text}（{place}）"}


async def seed_citizen(settings: Settings, messages: int) -> Citizen:
    """A new home with one citizen who has said and heard so much, in many conversations on the web."""
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    container = build(settings)
    external, contact = new_id(), new_id()
    try:
        await prepare(container)
        now = container.uows.clock.now()
        async with container.uows.write() as uow:
            uow.session.add(Contact(id=contact, name="", created_at=now))
            await uow.session.flush()
            uow.session.add(
                ContactIdentity(
                    id=new_id(), inbox_id=INBOX, external_id=external, contact_id=contact
                )
            )
        present = int(messages * PRESENT)
        lengths = [LENGTH] * ((messages - present) // LENGTH) + [present]
        place = 0
        for number, length in enumerate(lengths):
            last = number == len(lengths) - 1
            async with container.uows.write() as uow:
                conversation = new_id()
                uow.session.add(
                    Conversation(
                        id=conversation, inbox_id=INBOX, channel="web", contact_id=contact,
                        status="bot" if last else "closed", last_seq=length, visitor_seq=length,
                        answered_seq=length, visitor_read_seq=length, created_at=now, updated_at=now,
                        closed_at=None if last else now,
                    )
                )  # fmt: skip
                await uow.session.flush()
                for seq in range(1, length + 1):
                    place += 1
                    kind, content = said(place)
                    uow.session.add(
                        Message(
                            id=new_id(), conversation_id=conversation, inbox_id=INBOX, seq=seq,
                            author_kind=kind, author_name="王芳" if kind == "agent" else "",
                            content=content, meta={}, created_at=now - timedelta(minutes=messages - place),
                        )
                    )  # fmt: skip
    finally:
        await container.close()
    token = VisitorTokens(settings.load_secret_key()).issue(VisitorIdentity(INBOX, external))
    return Citizen(contact, {"token": token, "contact": contact})
