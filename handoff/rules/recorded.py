"""Reads stored conversations as the turns that the rules judge. Pure but for the query at the end.

What each turn left in its `meta` (core.conversation.past.meta_of) is all there is: the bot is not asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.models import Contact, Conversation, Message
from core.conversation.past import PastExchange, exchanges
from core.conversation.ports import BotReply, HandOff, OnDuty, Understanding
from handoff.rules.walk import RecordedTurn

# Whoever writes more to the bot is a program.
MOST_MESSAGES = 600
_SPOKEN = ("visitor", "bot", "system")


@dataclass(frozen=True)
class Recorded:
    """A conversation as it lies in the database; `rows` in order of seq, without those of agents."""

    conversation: Conversation
    contact: Contact
    rows: Sequence[Message]


def turns_of(recorded: Recorded, on_duty: OnDuty) -> list[RecordedTurn]:
    """What the citizen wrote to the bot, and where he pressed the button, in order."""
    conversation, contact = recorded.conversation, recorded.contact
    known = {one.message.seq: one for one in exchanges(recorded.rows, handoffs=True)}
    taken = _taken_at_once(recorded.rows)
    turns: list[RecordedTurn] = []
    fresh = first = True
    for row in recorded.rows:
        one = known.get(row.seq)
        pressed = _pressed(row)
        if pressed or (one is not None and (one.meta or row.seq in taken)):
            turn = RecordedTurn(
                conversation=conversation.id, place=row.seq, text=one.text if one and one.spoken else "",
                at=row.created_at, inbox_id=conversation.inbox_id, channel=conversation.channel,
                on_duty=on_duty(conversation.inbox_id, row.created_at), pressed=pressed,
                customer_group=contact.customer_group, tags=tuple(contact.tags or ()),
            )  # fmt: skip
            if one is not None:
                turn = replace(turn, reply=reply_of(one), picked=one.picked, first=first)
            turns.append(replace(turn, fresh=fresh))
            fresh = False
        # People had the word, or the citizen waited for them and is back.
        fresh = fresh or _goes_to(row) in ("assigned", "bot")
        first = first and row.author_kind != "visitor" and _goes_to(row) is None
    return turns


def _taken_at_once(rows: Sequence[Message]) -> set[int]:
    """The messages that people were asked in for before the bot had said anything."""
    found: set[int] = set()
    last: int | None = None
    for row in rows:
        if row.author_kind == "visitor":
            last = row.seq
        elif row.author_kind == "bot":
            last = None
        elif last is not None and _goes_to(row) == "queued" and not _pressed(row):
            found.add(last)
    return found


def _pressed(row: Message) -> bool:
    return row.meta.get("pressed") is True or row.meta.get("rule") == "button"


def _goes_to(row: Message) -> str | None:
    """The status that a line about a change of owner says the conversation has from then on."""
    data = row.content.get("data")
    if row.author_kind != "system" or not isinstance(data, dict):
        return None
    return data.get("to")


def reply_of(one: PastExchange) -> BotReply | None:
    """What the bot made of it, None where it was not asked. Its words are not needed."""
    meta = one.meta
    failed = meta.get("failed") is True
    if not meta or (meta.get("missed") and meta.get("band") is None and not failed):
        return None
    return BotReply(
        contents=[],
        directives=[_wish(wish) for wish in meta.get("wishes") or ()],
        understanding=Understanding(
            intent=meta.get("intent"), confidence=meta.get("confidence"), band=meta.get("band"),
            article_id=meta.get("article_id"), score=meta.get("score"), business=meta.get("business"),
        ),
        failed=failed,
    )  # fmt: skip


def _wish(wish: Mapping[str, Any]) -> HandOff:
    return HandOff(str(wish.get("reason") or ""), wish.get("category"))


# ---- queries ---------------------------------------------------------------------------------------------------


async def conversations_since(
    session: AsyncSession, since: datetime, most: int
) -> tuple[list[str], int]:
    """Ids of the conversations begun since then, newest first, at most so many; and how many there are."""
    begun = Conversation.created_at >= since
    query = select(Conversation.id).where(begun).order_by(Conversation.id.desc()).limit(most)
    count = await session.scalar(select(func.count()).select_from(Conversation).where(begun))
    return list((await session.scalars(query)).all()), count or 0


async def those_of(
    session: AsyncSession, ids: Collection[str], wanted: ColumnElement[bool]
) -> set[str]:
    """Those of the conversations that fit `wanted`."""
    query = select(Conversation.id).where(Conversation.id.in_(ids), wanted)
    return set((await session.scalars(query)).all())


async def read_recorded(session: AsyncSession, ids: Sequence[str]) -> list[Recorded]:
    """These conversations, in the order of `ids`."""
    query = (
        select(Conversation, Contact)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.id.in_(ids))
    )
    found = {row[0].id: (row[0], row[1]) for row in (await session.execute(query)).all()}
    rows: dict[str, list[Message]] = {one: [] for one in found}
    said = (
        select(Message)
        .where(
            Message.conversation_id.in_(ids), Message.seq <= MOST_MESSAGES,
            Message.author_kind.in_(_SPOKEN),
        )
        .order_by(Message.conversation_id, Message.seq)
    )  # fmt: skip
    for message in (await session.scalars(said)).all():
        rows[message.conversation_id].append(message)
    return [Recorded(*found[one], rows[one]) for one in ids if one in found]
