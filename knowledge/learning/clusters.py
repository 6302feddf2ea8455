"""Queries on clusters and on the questions in them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import affected
from core.errors import NotFound
from knowledge.learning.models import AskedQuestion, QuestionCluster

State = Literal["open", "drafted", "adopted", "dismissed"]
PAGE = 1000
Q, C = AskedQuestion, QuestionCluster


class ClusterGone(NotFound):
    """The last run of the clustering put its questions elsewhere."""

    code, default_message = "cluster_gone", "这组问题已重新归并，请刷新后再看。"


@dataclass(frozen=True)
class Unanswered:
    """A question without an answer, as the clustering needs it."""

    id: str
    text: str
    asked_at: datetime
    day: date
    intent: str
    cluster_id: str | None


def _unanswered(since: datetime, chosen_by: datetime) -> list[ColumnElement[bool]]:
    missed = or_(
        Q.band == "unknown",
        Q.helpful.is_(False),
        and_(Q.band == "guide", Q.picked_article_id.is_(None), Q.asked_at < chosen_by),
    )
    return [Q.asked_at >= since, Q.source == "bot", Q.offered.is_(False), Q.text != "", missed]


class ClusterRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unanswered(self, since: datetime, chosen_by: datetime) -> list[Unanswered]:
        """Citizens' own words asked after `since` that got no answer, or one that did not help.

        Of what was offered to choose from, those asked before `chosen_by` from which nothing was chosen.
        """
        columns = (Q.id, Q.text, Q.asked_at, Q.day, Q.intent, Q.cluster_id)
        found: list[Unanswered] = []
        while True:
            # In pages: tens of thousands of rows at once would hold up everybody else on this server.
            query = select(*columns).where(*_unanswered(since, chosen_by))
            if found:
                query = query.where(Q.id > found[-1].id)
            page = (await self._session.execute(query.order_by(Q.id).limit(PAGE))).all()
            found += [Unanswered(*row) for row in page]
            if len(page) < PAGE:
                return found

    async def unanswered_so_far(self, since: datetime, chosen_by: datetime) -> str:
        """What tells whether `unanswered` would be other rows than last time; one look through an index."""
        query = select(
            func.count(), func.max(Q.asked_at), func.count(Q.helpful), func.count(Q.cluster_id)
        )
        row = (await self._session.execute(query.where(*_unanswered(since, chosen_by)))).one()
        return ":".join(map(str, row))

    async def all(self) -> dict[str, QuestionCluster]:
        return {c.id: c for c in await self._session.scalars(select(C))}

    async def get(self, cluster_id: str, *, lock: bool = False) -> QuestionCluster:
        """Raises ClusterGone. `lock`: two editors decide one after the other."""
        query = select(C).where(C.id == cluster_id)
        found = await self._session.scalar(query.with_for_update() if lock else query)
        if found is None:
            raise ClusterGone(cluster_id=cluster_id)
        return found

    async def page(
        self, state: State | None, *, after: str | None, limit: int
    ) -> list[QuestionCluster]:
        """The largest first; without those whose questions have all become too old."""
        query = select(C).where(C.size > 0)
        if state is not None:
            query = query.where(C.state == state)
        if after is not None:
            last = await self.get(after)
            query = query.where(tuple_(C.size, C.id) < (last.size, last.id))
        return list(await self._session.scalars(query.order_by(C.size.desc(), C.id.desc()).limit(limit)))  # fmt: skip

    async def sizes(self) -> dict[str, int]:
        """How many clusters are in each state."""
        rows = await self._session.execute(
            select(C.state, func.count()).where(C.size > 0).group_by(C.state)
        )
        return {row[0]: row[1] for row in rows}

    async def trends(self, ids: Sequence[str], since: date) -> Sequence[Row[str | None, date, int]]:
        """(cluster, day, questions) from `since` on."""
        query = select(Q.cluster_id, Q.day, func.count()).where(
            Q.cluster_id.in_(ids), Q.day >= since
        )
        return (await self._session.execute(query.group_by(Q.cluster_id, Q.day))).all()

    async def wordings(self, cluster_id: str, limit: int) -> list[str]:
        """Different texts of the cluster's questions, the most frequent first."""
        query = select(Q.text).where(Q.cluster_id == cluster_id, Q.text != "")
        query = query.group_by(Q.text).order_by(func.count().desc(), func.max(Q.asked_at).desc())
        return list(await self._session.scalars(query.limit(limit)))

    # ---- what a run of the clustering stores -------------------------------------------------------------------

    async def assign(self, cluster_id: str | None, question_ids: Sequence[str]) -> None:
        for start in range(0, len(question_ids), 5000):
            chunk = question_ids[start : start + 5000]
            await self._session.execute(
                update(Q).where(Q.id.in_(chunk)).values(cluster_id=cluster_id)
            )

    async def store(self, cluster_id: str, **values: Any) -> bool:
        """Set columns of a cluster; False when there is none of this id."""
        done = await self._session.execute(update(C).where(C.id == cluster_id).values(**values))
        return bool(affected(done))

    async def leave(self, gone: Sequence[str]) -> None:
        """Clusters that go on in no group: open ones are forgotten, decided ones stay without questions."""
        for start in range(0, len(gone), 5000):
            these = C.id.in_(gone[start : start + 5000])
            await self._session.execute(delete(C).where(these, C.state == "open"))
            emptied = update(C).where(these, C.size > 0)
            await self._session.execute(emptied.values(size=0, recent=0, earlier=0, examples=[]))
