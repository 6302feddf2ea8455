"""The desk's search: by the words of messages, a citizen's name, a ticket's or a conversation's number.

Neither database needs an extension for it: LIKE over `messages.words`, from the newest backwards, a bounded stretch
a request. A page goes on where the one before stopped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from core.auth.actor import Actor
from core.conversation.models import Contact, Conversation, Message
from core.conversation.words import plain_words
from core.errors import InvalidInput
from core.masked_numbers import covered
from handoff.desk import repository
from handoff.desk.repository import Listed
from handoff.desk.schemas import Found
from handoff.desk.wanted import Wanted, conditions

# As many messages one request looks through at most: some tenths of a second on either database.
STRETCH = 200_000
MOST_WORDS = 5
# Conversations found by name or number; who has more of one name adds a word.
MOST_NAMED = 20
# Of an id: as the panel shows it, or its end.
SHORTEST_NUMBER = 6
BEFORE, AFTER = 6, 40
# What goes on in a number, as people write and spell it.
_OF_NUMBERS = "[0-9a-z〇零一二三四五六七八九幺两]"


class SearchTooShort(InvalidInput):
    code, default_message = "search_too_short", "请至少输入两个字。"


def asked_words(text: str) -> list[str]:
    """The words looked for, all of which must be there. Raises SearchTooShort."""
    words = plain_words(text).split()[:MOST_WORDS]
    if len("".join(words)) < 2:
        raise SearchTooShort()
    return words


async def named(
    session: AsyncSession, actor: Actor, wanted: Wanted, text: str, tickets: Sequence[str]
) -> list[tuple[Listed, Found]]:
    """Conversations whose citizen is called so, or whose number it is; `tickets`: those of a ticket of that number."""
    plain = plain_words(text)
    number = "".join(plain.split())
    ways: list[tuple[str, ColumnElement[bool]]] = [
        ("name", func.lower(Contact.name).contains(plain, autoescape=True))
    ]
    if len(number) >= SHORTEST_NUMBER and set(number) <= set("0123456789abcdef-"):
        written = cast(Conversation.id, Text)
        # SQLite keeps ids without their hyphens.
        bare = number.replace("-", "")
        ends = or_(written.endswith(number), written.endswith(bare))
        ways.append(("number", ends))
    if tickets:
        ways.append(("ticket", Conversation.id.in_(tickets)))
    found: dict[str, tuple[Listed, Found]] = {}
    for by, condition in reversed(ways):
        query = repository.lines().where(*conditions(wanted, actor), condition)
        newest = query.order_by(Conversation.id.desc()).limit(MOST_NAMED)
        for row in await session.execute(newest):
            line = Listed(*row)
            found.setdefault(line.conversation.id, (line, Found.model_validate({"by": by})))
    return list(found.values())


async def spoken(
    session: AsyncSession,
    actor: Actor,
    wanted: Wanted,
    words: Sequence[str],
    *,
    after: str | None,
    limit: int,
) -> tuple[list[tuple[str, Found]], str | None, datetime | None]:
    """Conversations in which somebody said it, newest message first, each once a page.

    Also the message to go on after (None: looked through to the beginning), and when that was said.
    """
    floor = await _floor(session, after)
    inside: list[ColumnElement[bool]] = []
    if after is not None:
        inside.append(Message.id < after)
    if floor is not None:
        inside.append(Message.id >= floor[0])
    said = and_(*(Message.words.contains(word, autoescape=True) for word in words))
    visible = (
        repository.lines()
        .with_only_columns(Conversation.id, maintain_column_froms=True)
        .where(*conditions(wanted, actor))
    )
    query = (
        select(Message)
        .where(*inside, said, Message.conversation_id.in_(visible))
        .order_by(Message.id.desc())
        .options(undefer(Message.words))
        .limit(limit + 1)
    )
    rows = (await session.scalars(query)).all()
    found: dict[str, Found] = {}
    for row in rows[:limit]:
        if not _shows(row, words):
            continue
        found.setdefault(
            row.conversation_id, Found(by="words", text=_around(row, words[0]), seq=row.seq)
        )
    if len(rows) > limit:
        last = rows[limit - 1]
        return list(found.items()), last.id, last.created_at
    return list(found.items()), *(floor or (None, None))


async def _floor(session: AsyncSession, after: str | None) -> tuple[str, datetime] | None:
    """The message at which a request stops; None when there are not so many."""
    query = select(Message.id, Message.created_at).order_by(Message.id.desc())
    if after is not None:
        query = query.where(Message.id < after)
    row = (await session.execute(query.offset(STRETCH).limit(1))).first()
    return None if row is None else (row[0], row[1])


def _shows(message: Message, words: Sequence[str]) -> bool:
    """Whether the words stand where the desk may read them, or are a number that is known already.

    Else a covered number could be found out digit by digit, and no look would be noted.
    """
    seen = covered(message.words, by_citizen=message.author_kind == "visitor")
    if seen is message.words:
        return True
    asked = " ".join(words)
    return _whole_number(asked, message.words) or all(
        word in seen or _whole_number(word, message.words) for word in words
    )


def _whole_number(asked: str, text: str) -> bool:
    """Whether `asked` is a personal number that stands in the text, and not a part of one."""
    whole = rf"(?<!{_OF_NUMBERS}){re.escape(asked)}(?!{_OF_NUMBERS})"
    return covered(asked) != asked and re.search(whole, text) is not None


def _around(message: Message, word: str) -> str:
    """A piece of what was said, with personal numbers in part."""
    words = covered(message.words, by_citizen=message.author_kind == "visitor")
    at = max(words.find(word), 0)
    start, end = max(at - BEFORE, 0), at + len(word) + AFTER
    return ("…" if start else "") + words[start:end] + ("…" if end < len(words) else "")
