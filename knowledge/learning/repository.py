"""Queries on the questions that were recorded. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.feedback import AnswerFeedback
from core.conversation.models import Message
from core.conversation.ports import Band
from core.database import affected
from knowledge.learning.log import HandedOff, Pick
from knowledge.learning.models import AskedQuestion, LearningState

STATE_ID = 1
Q = AskedQuestion


@dataclass(frozen=True)
class QuestionFilter:
    """What a list of questions is narrowed to; None and "" do not narrow. Days are inclusive."""

    band: Band | None = None
    helpful: bool | None = None
    handed_off: bool | None = None
    source: str | None = None
    inbox_id: str | None = None
    cluster_id: str | None = None
    first: date | None = None
    last: date | None = None
    words: Sequence[str] = field(default_factory=tuple)

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        for column, value in (
            (Q.band, self.band), (Q.helpful, self.helpful), (Q.source, self.source),
            (Q.inbox_id, self.inbox_id), (Q.cluster_id, self.cluster_id),
        ):  # fmt: skip
            if value is not None:
                found.append(column == value)
        if self.handed_off is not None:
            found.append(Q.handoff.is_not(None) if self.handed_off else Q.handoff.is_(None))
        if self.first is not None:
            found.append(Q.day >= self.first)
        if self.last is not None:
            found.append(Q.day <= self.last)
        return found + [Q.text.icontains(word, autoescape=True) for word in self.words]


class LearningRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # ---- recording ---------------------------------------------------------------------------------------------

    async def state(self) -> LearningState | None:
        return await self._session.get(LearningState, STATE_ID)

    async def advance(self, **values: Any) -> None:
        """Set columns of the state row, making it if need be."""
        dialect = self._session.get_bind().dialect.name
        upsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        row = upsert(LearningState).values({"id": STATE_ID, "clustered_from": ""} | values)
        await self._session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))

    async def has_news(self) -> bool:
        """Whether messages or verdicts came in that have not been read. Three indexed look-ups."""
        state = await self.state()
        newest = await self._session.scalar(
            select(Message.id).where(Message.author_kind != "visitor").order_by(Message.id.desc()).limit(1)
        )  # fmt: skip
        verdict = await self._session.scalar(select(func.max(AnswerFeedback.at)))
        if state is None:
            return newest is not None
        return newest != state.last_message or verdict != state.last_feedback

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Which of these messages have been recorded."""
        return set(await self._session.scalars(select(Q.id).where(Q.id.in_(ids)))) if ids else set()

    async def add(self, questions: Sequence[AskedQuestion]) -> int:
        """Store those that are new; returns how many."""
        known = await self.known([question.id for question in questions])
        new = [question for question in questions if question.id not in known]
        self._session.add_all(new)
        await self._session.flush()
        return len(new)

    async def note_pick(self, pick: Pick) -> None:
        change = update(Q).where(Q.id == pick.question_id, Q.picked_article_id.is_(None))
        await self._session.execute(change.values(picked_article_id=pick.article_id))

    async def note_handoff(self, handoff: HandedOff) -> None:
        """Mark the last question asked before people were asked in."""
        before = select(Q.id).where(
            Q.conversation_id == handoff.conversation_id, Q.seq < handoff.seq, Q.source == "bot"
        )
        last = before.order_by(Q.seq.desc()).limit(1).scalar_subquery()
        change = update(Q).where(Q.id == last, Q.handoff.is_(None))
        await self._session.execute(change.values(handoff=handoff.rule))

    async def copy_feedback(self, since: datetime | None) -> datetime | None:
        """Take over 有用/没用 given or taken back after `since`; returns the time of the newest verdict there is."""
        given = select(AnswerFeedback.message_id, AnswerFeedback.helpful)
        if since is not None:
            given = given.where(AnswerFeedback.at > since)
        rows = (await self._session.execute(given)).all()
        for helpful in (True, False, None):
            ids = [row.message_id for row in rows if row.helpful is helpful]
            for start in range(0, len(ids), 5000):
                change = update(Q).where(
                    Q.id.in_(ids[start : start + 5000]), Q.helpful.is_distinct_from(helpful)
                )
                await self._session.execute(change.values(helpful=helpful))
        newest: datetime | None = await self._session.scalar(select(func.max(AnswerFeedback.at)))
        return newest

    async def forget_texts(self, before: datetime) -> int:
        """Empty the texts of questions asked before; the counts stay. Returns how many."""
        change = update(Q).where(Q.asked_at < before, Q.text != "").values(text="")
        return affected(await self._session.execute(change))

    # ---- reading -----------------------------------------------------------------------------------------------

    async def page(self, wanted: QuestionFilter, *, after: str | None, limit: int) -> list[AskedQuestion]:  # fmt: skip
        """The newest first; `after` is the id of the last one of the page before."""
        query = select(Q).where(*wanted.conditions())
        if after is not None:
            query = query.where(Q.id < after)
        return list(await self._session.scalars(query.order_by(Q.id.desc()).limit(limit)))

    async def bands_by_day(
        self, first: date, last: date, inbox_id: str | None
    ) -> Sequence[Row[date, str, int, int, int]]:
        """(day, band, questions, unhelpful, handed off) of citizens' own words, answered by the bot."""
        query = select(
            Q.day, Q.band, func.count(), func.count().filter(Q.helpful.is_(False)),
            func.count(Q.handoff),
        )  # fmt: skip
        query = query.where(Q.day >= first, Q.day <= last, Q.source == "bot", Q.offered.is_(False))
        if inbox_id is not None:
            query = query.where(Q.inbox_id == inbox_id)
        return (await self._session.execute(query.group_by(Q.day, Q.band))).all()

    async def most_asked(
        self, *, first: date, inbox_id: str | None, without: Sequence[str], limit: int
    ) -> Sequence[Row[str, int, int]]:
        """(article, distinct conversations, of them only by tapping) since `first`, most first."""
        article = func.coalesce(Q.picked_article_id, Q.article_id).label("article")
        conversations = func.count(Q.conversation_id.distinct()).label("conversations")
        typed = func.count(Q.conversation_id.distinct()).filter(Q.offered.is_(False))
        query = select(article, conversations, (conversations - typed).label("tapped")).where(
            Q.day >= first,
            Q.source == "bot",
            or_(Q.band == "answer", and_(Q.band == "guide", Q.picked_article_id.is_not(None))),
            Q.inbox_id.not_in(without),
        )
        if inbox_id is not None:
            query = query.where(Q.inbox_id == inbox_id)
        query = query.group_by(article).order_by(conversations.desc(), article).limit(limit)
        return (await self._session.execute(query)).all()
