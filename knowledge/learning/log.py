"""Reads the stored messages as the learning loop sees them: which bot replies answered a question, and to what.

Pure but for the queries at the end; called by the recorder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.conversation.models import Message
from core.masking import mask_personal
from knowledge.learning.models import AskedQuestion

# A turn's reply has a few bubbles and lines about the conversation's life; what was offered stands among these.
LOOK_BACK = 4
# The server without Rasa looks everything up, greetings and values as well; shorter ones are left out there.
LEAST_WITHOUT_INTENT = 5
MAX_TEXT = 1000

Place = tuple[str, int]  # conversation id, seq


@dataclass(frozen=True)
class Pick:
    """The citizen chose `article_id` among what the message `question_id` offered."""

    question_id: str
    article_id: str | None


@dataclass(frozen=True)
class HandedOff:
    """People were asked in after message `seq`, by `rule`."""

    conversation_id: str
    seq: int
    rule: str


@dataclass(frozen=True)
class Read:
    """What a page of the log says."""

    questions: list[AskedQuestion]
    picks: list[Pick]
    handoffs: list[HandedOff]


def places_wanted(page: Iterable[Message]) -> set[Place]:
    """Where the citizens' words are that these messages answer, and what was offered just before them."""
    wanted: set[Place] = set()
    for row in page:
        seq = row.meta.get("reply_to") if _answers(row) else None
        if seq is None and _sent_by_agent(row):
            seq = row.seq - 1
        if isinstance(seq, int):
            wanted |= {(row.conversation_id, n) for n in range(max(1, seq - LOOK_BACK), seq + 1)}
    return wanted


def read_page(page: Sequence[Message], around: dict[Place, Message], region: str) -> Read:
    """The questions, picks and handoffs in `page`. `around` holds the messages at `places_wanted`."""
    questions: list[AskedQuestion] = []
    picks: list[Pick] = []
    for row in page:
        if _answers(row):
            said = around.get((row.conversation_id, row.meta["reply_to"]))
            if said is None or not _is_question(row.meta, _text(said)):
                continue
            offer = _offer_before(around, said)
            offered = offer is not None and _text(said) in _offered(offer)
            question = _question(row, said, region, row.meta, offered=offered)
            if offered and offer is not None and offer.meta.get("band") == "guide":
                picks.append(Pick(offer.id, question.article_id))
            questions.append(question)
        elif _sent_by_agent(row):
            said = _last_words(around, row)
            if said is not None:
                sent = {"band": "answer", **row.content}
                questions.append(_question(row, said, region, sent, source="agent"))
    handoffs = [
        HandedOff(row.conversation_id, row.seq, str(row.meta.get("rule", "")))
        for row in page
        if row.author_kind == "system" and row.content.get("kind") == "handed_off"
    ]
    return Read(questions, picks, [h for h in handoffs if h.rule])


def _answers(row: Message) -> bool:
    """Whether it is the first bubble of a reply for which the knowledge base was asked."""
    return row.author_kind == "bot" and "reply_to" in row.meta and row.meta.get("band") is not None


def _sent_by_agent(row: Message) -> bool:
    is_answer = row.content.get("type") == "answer" and bool(row.content.get("article_id"))
    return row.author_kind == "agent" and is_answer and not row.private


def _is_question(understanding: dict[str, Any], text: str) -> bool:
    if understanding.get("band") != "unknown" or understanding.get("intent"):
        return bool(text)
    return sum(c.isalpha() for c in text) >= LEAST_WITHOUT_INTENT


def _question(
    row: Message, said: Message, region: str, understanding: dict[str, Any], *,
    offered: bool = False, source: str = "bot",
) -> AskedQuestion:  # fmt: skip
    return AskedQuestion(
        id=row.id, conversation_id=row.conversation_id, seq=said.seq, inbox_id=row.inbox_id,
        region=region, asked_at=said.created_at, day=said.created_at.astimezone(LOCAL_ZONE).date(),
        text=mask_personal(_text(said))[:MAX_TEXT], source=source,
        intent=str(understanding.get("intent") or ""), band=understanding["band"],
        score=understanding.get("score"), article_id=understanding.get("article_id"), offered=offered,
    )  # fmt: skip


def _offer_before(around: dict[Place, Message], said: Message) -> Message | None:
    """The bot's last message before the citizen's, if it offered something to choose."""
    for seq in range(said.seq - 1, said.seq - 1 - LOOK_BACK, -1):
        row = around.get((said.conversation_id, seq))
        if row is not None and row.author_kind == "bot":
            return row if _offered(row) else None
    return None


def _offered(row: Message) -> set[str]:
    choices = {choice["value"] for choice in row.content.get("choices", [])}
    return choices | set(row.content.get("next", []))


def _last_words(around: dict[Place, Message], row: Message) -> Message | None:
    for seq in range(row.seq - 1, row.seq - 2 - LOOK_BACK, -1):
        said = around.get((row.conversation_id, seq))
        if said is not None and said.author_kind == "visitor" and _text(said):
            return said
    return None


def _text(row: Message) -> str:
    return str(row.content.get("text", "")).strip()


async def read_messages(session: AsyncSession, *, after: str, limit: int) -> list[Message]:
    """The next messages by bot, agents and system, in the order of their ids."""
    query = select(Message).where(Message.id > after, Message.author_kind != "visitor")
    return list((await session.scalars(query.order_by(Message.id).limit(limit))).all())


async def read_places(session: AsyncSession, places: set[Place]) -> dict[Place, Message]:
    found: dict[Place, Message] = {}
    wanted = sorted(places)
    for start in range(0, len(wanted), 2000):
        chunk = wanted[start : start + 2000]
        query = select(Message).where(tuple_(Message.conversation_id, Message.seq).in_(chunk))
        found |= {(row.conversation_id, row.seq): row for row in await session.scalars(query)}
    return found
