"""HTTP side of what editors check with: why a question is answered as it is, and which wordings collide."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import Clock, today
from core.conversation.answers import contents_of
from core.conversation.content import Citation, Content
from core.conversation.ports import Band, KnowledgeQuery
from knowledge.retrieval.collisions import CollisionFinder, Nearness
from knowledge.retrieval.entries import NATIONWIDE
from knowledge.retrieval.index import KnowledgeIndex
from knowledge.retrieval.outcome import Ranked
from knowledge.retrieval.search import Search

MAX_QUERY = 500
# As many as an article may have similar questions, and its question.
MAX_WORDINGS = 201

Wording = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class ThresholdsRead(BaseModel):
    """From which score, 0..1, on a result is answered or offered among others."""

    answer: float
    guide: float


class SignalRead(BaseModel):
    """One reason for a score (knowledge/retrieval/fusion.py names them); about 0..1, conflict and agreement count."""

    name: str
    value: float


class ContrastRead(BaseModel):
    """A pair of words that changes the answer: the sides the question and the candidate name.

    `differs`: both name one and it is not the same. `asked` is empty when the citizen did not say it.
    """

    group: str
    asked: list[str]
    offered: list[str]
    differs: bool


class CandidateRead(BaseModel):
    article_id: str
    question: str
    category: str
    region: str
    internal: bool
    score: float
    band: Band
    wording: str  # of the article's own wordings the one with most characters in common
    signals: list[SignalRead]
    contrasts: list[ContrastRead]
    answer_md: str
    citations: list[Citation]


class ExplainRead(BaseModel):
    """`contents` is what the citizen would be shown, `candidates` are best first."""

    query: str
    read_as: str  # after normalising: what is compared
    region: str
    as_of: date
    band: Band
    thresholds: ThresholdsRead
    open_choice: list[str]  # of these the citizen has to name one before there is an answer
    candidates: list[CandidateRead]
    contents: list[Content]


class RegionRead(BaseModel):
    """`example`: its numbers are made up."""

    key: str
    name: str
    example: bool


class RegionValueRead(BaseModel):
    """`name` stands in answers as {{name}}; citizens of the region read `display`."""

    name: str
    display: str
    source: str


class ScopeRead(BaseModel):
    """What an article may be limited to. `region` is the installation's own, `nationwide` stands for no limit.

    `values`: the numbers of the installation's region.
    """

    region: str
    nationwide: str
    regions: list[RegionRead]
    businesses: list[str]
    values: list[RegionValueRead]


class CollisionsAsked(BaseModel):
    """A draft's wordings. `article_id`: the article it belongs to, which does not collide with itself."""

    model_config = ConfigDict(extra="forbid")

    question: Wording
    similar: list[Wording] = Field(default=[], max_length=MAX_WORDINGS - 1)
    article_id: str | None = Field(default=None, max_length=64)
    region: str | None = Field(default=None, max_length=64)


class CollisionRead(BaseModel):
    """`wording` of the draft means `question` of another article: it is as near to its `other_wording` as `similarity`.

    near: `same` in words, or `near` in meaning.
    """

    wording: str
    article_id: str
    question: str
    other_wording: str
    similarity: float
    near: Nearness


def build_router(search: Search, clock: Clock, region: str) -> APIRouter:
    """`region`: the installation's own, for callers that name none."""
    router = APIRouter(prefix="/knowledge", tags=["knowledge"])
    finder = CollisionFinder()
    reader: dict[str, Any] = {"dependencies": [Depends(require(Permission.KNOWLEDGE_READ))]}
    editor: dict[str, Any] = {"dependencies": [Depends(require(Permission.KNOWLEDGE_EDIT))]}

    @router.get("/scope", **reader)
    async def read_scope() -> ScopeRead:
        """The regions that have a file, and the businesses in use, for choosing among them."""
        regions = [
            RegionRead(key=known.key, name=known.name, example=known.example)
            for known in search.regions.known
        ]
        return ScopeRead(
            region=region, nationwide=NATIONWIDE, regions=regions,
            businesses=search.index.businesses,
            values=[
                RegionValueRead(name=name, display=value.display, source=value.source)
                for name, value in search.regions.get(region).values.items()
            ],
        )  # fmt: skip

    @router.get("/explain", **reader)
    async def explain_answer(
        q: Annotated[str, Query(min_length=1, max_length=MAX_QUERY)],
        in_region: Annotated[str | None, Query(alias="region", max_length=64)] = None,
        as_of: date | None = None,
        business: Annotated[str | None, Query(max_length=32)] = None,
        internal: bool = False,
        before: Annotated[str | None, Query(max_length=MAX_QUERY)] = None,
        top: Annotated[int, Query(ge=1, le=20)] = 5,
    ) -> ExplainRead:
        """What a citizen asking `q` would be shown, and why: candidates with scores, signals and contrasts.

        `before`: what the same citizen wrote just before, on which a short question may lean.
        """
        query = KnowledgeQuery(
            text=q, region=in_region or region, on=as_of or today(clock), business=business,
            internal=internal, top=top, context=(before,) if before else (),
        )  # fmt: skip
        # In a thread: twenty articles with all their wordings take a while to compare.
        return await asyncio.to_thread(_explained, search, query)

    @router.post("/collisions", **editor)
    async def find_collisions(asked: CollisionsAsked) -> list[CollisionRead]:
        """Which wordings of a draft are nearer to another article than to their own, at most one for each."""
        query = KnowledgeQuery(
            text=asked.question, region=asked.region or region, on=today(clock), internal=True
        )
        # In a thread: a large encoder takes seconds for a long article, and citizens are being answered.
        found = await asyncio.to_thread(
            finder.find,
            search.index,
            [asked.question, *asked.similar],
            search.filters(query),
            asked.article_id,
        )
        return [
            CollisionRead(
                wording=c.wording, article_id=c.entry.article_id, question=c.entry.question,
                other_wording=c.other_wording, similarity=c.similarity, near=c.near,
            )
            for c in found
        ]  # fmt: skip

    return router


def _explained(search: Search, query: KnowledgeQuery) -> ExplainRead:
    index = search.index
    outcome = search.explain(query)
    thresholds = index.thresholds
    return ExplainRead(
        query=query.text,
        read_as=index.analyser(query.text).text,
        region=query.region,
        as_of=query.on,
        band=outcome.band,
        thresholds=ThresholdsRead(answer=thresholds.answer, guide=thresholds.guide),
        open_choice=list(outcome.open_choice),
        candidates=[
            _candidate(
                index,
                query.text,
                ranked,
                search.regions.get(query.region).render(ranked.entry.answer_md),
            )
            for ranked in outcome.ranked
        ],
        contents=contents_of(search.search(query)),
    )


def _candidate(index: KnowledgeIndex, question: str, ranked: Ranked, answer: str) -> CandidateRead:
    entry = ranked.entry
    return CandidateRead(
        article_id=entry.article_id,
        question=entry.question,
        category=entry.category,
        region=entry.region,
        internal=entry.internal,
        score=ranked.score,
        band=index.thresholds.band(ranked.score),
        wording=_nearest_wording(index, question, entry.wordings),
        signals=[
            SignalRead(name=name, value=value) for name, value in ranked.signals._asdict().items()
        ],
        contrasts=_contrasts(index, question, entry.question),
        answer_md=answer,
        citations=list(entry.citations),
    )


def _nearest_wording(index: KnowledgeIndex, question: str, wordings: list[str]) -> str:
    asked = set(index.analyser(question).lexical())

    def common(wording: str) -> float:
        tokens = set(index.analyser(wording).lexical())
        return 2 * len(asked & tokens) / (len(asked) + len(tokens) or 1)

    return max(wordings, key=common)


def _contrasts(index: KnowledgeIndex, question: str, offered: str) -> list[ContrastRead]:
    asked, named = index.analyser(question).sides, index.analyser(offered).sides
    return [
        ContrastRead(
            group=group,
            asked=sorted(asked.get(group, ())),
            offered=sorted(sides),
            differs=group in asked and not sides & asked[group],
        )
        for group, sides in named.items()
    ]
