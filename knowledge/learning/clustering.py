"""Keeps the clusters of unanswered questions up to date. Started by `app` as a job; of several servers one does it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import LOCAL_ZONE
from core.conversation.ports import KnowledgeQuery
from core.ids import new_id
from core.timers.repository import hold_lease
from core.unit_of_work import UnitOfWorkFactory
from knowledge.learning.clusters import ClusterRepository, Unanswered
from knowledge.learning.grouping import Grouping
from knowledge.learning.matching import Continued, match
from knowledge.learning.models import QuestionCluster
from knowledge.learning.repository import LearningRepository
from knowledge.retrieval.entries import GONE
from knowledge.retrieval.search import Search

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
# A run may take this share of one processor's time: after one of 20 s the next waits 400 s.
LARGEST_SHARE = 0.05
# Long only while questions are grouped: a server that is started again would wait for its predecessor's to end.
LEASE = timedelta(seconds=30)
LEASE_AT_WORK = timedelta(minutes=10)
CLEAN_EVERY = timedelta(hours=6)
# A citizen who is offered questions to choose from has so long to choose.
TIME_TO_CHOOSE = timedelta(minutes=10)
EXAMPLES = 8
# Articles by whose questions it is told how usual a word is here.
BACKGROUND = 5000
WEEK = timedelta(days=7)
# Clusters stored in one transaction: SQLite's other writers wait for it.
STORED_AT_ONCE = 5


@dataclass(frozen=True)
class _Group:
    """Questions of one topic, as they are to be stored under `continued` or a new id."""

    members: list[Unanswered]
    examples: list[str]
    nearest: tuple[str, float] | None
    continued: Continued


class Clustering:
    def __init__(
        self, uows: UnitOfWorkFactory, search: Search, *, region: str, cluster_days: int, question_days: int
    ) -> None:  # fmt: skip
        self._uows = uows
        self._search = search
        self._region = region
        self._cluster_days = cluster_days
        self._question_days = question_days
        self._holder = new_id()
        self._one = asyncio.Lock()
        # Seconds of processor time the last grouping took.
        self._cost = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._cost = 0.0
            try:
                if self._search.ready and await self._leads(LEASE):
                    await self.clean()
                    await self.refresh()
            except Exception:
                log.exception("unanswered questions could not be clustered, trying again")
            await asyncio.sleep(max(EVERY_SECONDS, self._cost / LARGEST_SHARE))

    async def _leads(self, lasting: timedelta) -> bool:
        async with self._uows.write() as uow:
            return await hold_lease(uow, "learning.clusters", self._holder, lasting)

    async def clean(self) -> int:
        """Empty the texts of questions that have been kept long enough; returns how many. Every few hours."""
        now = self._uows.clock.now()
        async with self._uows.write() as uow:
            repository = LearningRepository(uow.session)
            state = await repository.state()
            if state is not None and state.cleaned_at and state.cleaned_at > now - CLEAN_EVERY:
                return 0
            forgotten = await repository.forget_texts(now - timedelta(days=self._question_days))
            await repository.advance(cleaned_at=now)
        if forgotten:
            log.info("texts of old questions emptied", extra={"questions": forgotten})
        return forgotten

    async def refresh(self) -> bool:
        """Cluster anew if the questions, the encoder or the day have changed; says whether they had."""
        async with self._one:
            return await self._refresh()

    async def _refresh(self) -> bool:
        now = self._uows.clock.now()
        since = now - timedelta(days=min(self._cluster_days, self._question_days))
        async with self._uows.read() as session:
            state = await LearningRepository(session).state()
            made_from = await self._made_from(session, since, now)
            if state is not None and state.clustered_from == made_from:
                return False
            questions = await ClusterRepository(session).unanswered(since, now - TIME_TO_CHOOSE)
            before = await ClusterRepository(session).all()
        await self._leads(LEASE_AT_WORK)
        today = now.astimezone(LOCAL_ZONE).date()
        # 公积金 alone asks nothing that an article could answer.
        asking = [q for q in questions if q.cluster_id or not self._search.only_names_topic(q.text)]
        groups = await asyncio.to_thread(self._groups, asking, today)
        await self._store(groups, before, today)
        await self._leads(LEASE)
        async with self._uows.write() as uow:
            # What was stored counts: each question is in its cluster now.
            made_from = await self._made_from(uow.session, since, now)
            repository = LearningRepository(uow.session)
            await repository.advance(clustered_from=made_from, clustered_at=now)
        return True

    async def _made_from(self, session: AsyncSession, since: datetime, now: datetime) -> str:
        """Other questions, another encoder or another day give another one."""
        so_far = await ClusterRepository(session).unanswered_so_far(since, now - TIME_TO_CHOOSE)
        today = now.astimezone(LOCAL_ZONE).date()
        told = f"{so_far}:{self._search.index.encoder.id}:{today}"
        return hashlib.sha256(told.encode()).hexdigest()

    def _groups(self, questions: Sequence[Unanswered], today: date) -> list[_Group]:
        """Seconds of CPU for tens of thousands of questions: called in a thread."""
        begun = time.thread_time()
        index = self._search.index
        asked_here = [entry.question for entry in index.entries if entry is not GONE]
        some = asked_here[:: 1 + len(asked_here) // BACKGROUND]
        grouping = Grouping(index.analyser, index.encoder, some)
        labels = grouping.group([q.text for q in questions])
        members = [
            [questions[i] for i in rows]
            for rows in np.split(np.argsort(labels, kind="stable"), np.cumsum(np.bincount(labels)))
            if len(rows)
        ]
        continued = match([[q.cluster_id for q in group] for group in members])
        result = []
        for group_members, continues in zip(members, continued, strict=True):
            examples = grouping.typical([q.text for q in group_members], EXAMPLES)
            nearest = self._nearest(examples[0], today)
            result.append(_Group(group_members, examples, nearest, continues))
        self._cost = time.thread_time() - begun
        return result

    def _nearest(self, text: str, today: date) -> tuple[str, float] | None:
        query = KnowledgeQuery(text=text, region=self._region, on=today, internal=True, top=1)
        hits = self._search.search(query).hits
        return (hits[0].article_id, hits[0].score) if hits else None

    async def _store(
        self, groups: Sequence[_Group], before: dict[str, QuestionCluster], today: date
    ) -> None:
        kept: set[str] = set()
        for start in range(0, len(groups), STORED_AT_ONCE):
            async with self._uows.write() as uow:
                repository = ClusterRepository(uow.session)
                for group_ in groups[start : start + STORED_AT_ONCE]:
                    cluster_id = group_.continued.cluster_id
                    values = _described(group_, today)
                    # An editor's decision is not touched: only what was counted is written.
                    if cluster_id is None or not await repository.store(cluster_id, **values):
                        cluster_id = new_id()
                        origin = before.get(group_.continued.split_from or "")
                        uow.session.add(
                            QuestionCluster(id=cluster_id, **values, **_inherited(origin, group_))
                        )
                        await uow.session.flush()
                    kept.add(cluster_id)
                    moved = [q.id for q in group_.members if q.cluster_id != cluster_id]
                    await repository.assign(cluster_id, moved)
        async with self._uows.write() as uow:
            await ClusterRepository(uow.session).leave([i for i in before if i not in kept])


def _described(group_: _Group, today: date) -> dict[str, object]:
    days = [q.day for q in group_.members]
    recent = sum(day > today - WEEK for day in days)
    earlier = sum(today - 2 * WEEK < day <= today - WEEK for day in days)
    return {
        "size": len(group_.members),
        "recent": recent,
        "earlier": earlier,
        "off_topic": sum(q.intent == "out_of_scope" for q in group_.members),
        "examples": group_.examples,
        "nearest_article_id": group_.nearest[0] if group_.nearest else None,
        "nearest_score": group_.nearest[1] if group_.nearest else None,
        "first_at": min(q.asked_at for q in group_.members),
        "last_at": max(q.asked_at for q in group_.members),
    }


def _inherited(origin: QuestionCluster | None, group_: _Group) -> dict[str, object]:
    """What was decided about a cluster holds for what is split off from it."""
    if origin is None or origin.state == "open":
        return {"state": "open"}
    return {
        "state": origin.state,
        "article_id": origin.article_id,
        "decided_by": origin.decided_by,
        "decided_at": origin.decided_at,
        "decided_size": len(group_.members),
    }
