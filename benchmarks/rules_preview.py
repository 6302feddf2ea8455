"""How long trying edited handoff rules takes: `python -m benchmarks.rules_preview [CONVERSATIONS]`.

A database of its own with invented conversations of ten messages to the bot, a third of them asking again what they
asked before; the real encoder. Prints one JSON document; beside the time, the longest the event loop was held up.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.migrate import upgrade
from benchmarks.invented import shipped_entries
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.clock import SystemClock
from core.conversation.models import Contact, Conversation, Inbox, Message
from core.database import Database
from core.ids import new_id
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import visible_to
from handoff.rules.preview import Previewer, PreviewRequest, RulesPreview
from handoff.rules.settings import RepeatedSettings, RuleSettings, UnknownSettings
from knowledge.session import open_session

TURNS = 10
BANDS = ("answer", "answer", "guide", "unknown")


def _rows(
    session_ids: tuple[str, str], questions: list[str], chance: random.Random
) -> list[Message]:
    conversation_id, inbox = session_ids
    now, rows, last = SystemClock().now() - timedelta(hours=1), [], chance.choice(questions)
    for turn in range(TURNS):
        last = last if chance.random() < 0.3 else chance.choice(questions)
        seq, band = 2 * turn + 1, chance.choice(BANDS)
        meta = {"reply_to": seq, "band": band, "article_id": str(hash(last)), "missed": True}
        for place, (kind, text, kept) in enumerate((("visitor", last, {}), ("bot", "答复", meta))):
            rows.append(
                Message(
                    id=new_id(), conversation_id=conversation_id, inbox_id=inbox, seq=seq + place,
                    author_kind=kind, content={"type": "text", "text": text}, meta=kept,
                    created_at=now + timedelta(seconds=10 * seq),
                )
            )  # fmt: skip
    return rows


async def fill(uows: UnitOfWorkFactory, conversations: int, questions: list[str]) -> None:
    chance = random.Random(7)
    now = SystemClock().now()
    async with uows.write() as uow:
        uow.session.add(Inbox(id="bench", channel="web", name="测", created_at=now))
    for start in range(0, conversations, 200):
        async with uows.write() as uow:
            for _ in range(start, min(start + 200, conversations)):
                contact = Contact(id=new_id(), name="", tags=[], created_at=now)
                conversation = Conversation(
                    id=new_id(), inbox_id="bench", channel="web", contact_id=contact.id, status="bot",
                    sub_channel="", language="zh", created_at=now, updated_at=now,
                )  # fmt: skip
                uow.session.add(contact)
                await uow.session.flush()
                uow.session.add(conversation)
                await uow.session.flush()
                uow.session.add_all(_rows((conversation.id, "bench"), questions, chance))


async def longest_pause(pauses: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        pauses.append(time.perf_counter() - before - 0.005)


async def measure(conversations: int, folder: Path) -> dict[str, object]:
    settings = Settings(home=folder)
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    questions = [text for entry in shipped_entries() for text in entry.wordings]
    async with open_session(settings) as session:
        search = await session.search()
        database = Database(settings.resolved_database_url)
        uows = UnitOfWorkFactory(database, SystemClock())
        await fill(uows, conversations, questions)
        previewer = Previewer(uows=uows, similarity=search.similarity, visible=visible_to)
        edited = replace(
            RuleSettings(), unknown=UnknownSettings(in_a_row=2), repeated=RepeatedSettings(times=2)
        )
        actor = Actor(new_id(), "bench", "bench", Role.SUPERVISOR)
        pauses: list[float] = []
        watching = asyncio.create_task(longest_pause(pauses))
        runs: list[float] = []
        answer: RulesPreview | None = None
        for _ in range(3):
            started = time.perf_counter()
            answer = await previewer.preview(PreviewRequest(rules=edited), actor)
            runs.append(time.perf_counter() - started)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await database.close()
    assert answer is not None
    return {
        "conversations": answer.conversations, "turns": answer.turns,
        "changed": answer.changed_count, "seconds": [round(one, 2) for one in runs],
        "loop_held_ms": {"p99": _ms(sorted(pauses)[int(len(pauses) * 0.99)]), "most": _ms(max(pauses))},
    }  # fmt: skip


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as directory:
        print(json.dumps(asyncio.run(measure(wanted, Path(directory)))))
