"""What is asked of the knowledge base: the part of ports.py that bot, actions and channels share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from core.conversation.content import Citation

Band = Literal["answer", "guide", "unknown"]


@dataclass(frozen=True)
class KnowledgeQuery:
    """`context`: what the same person wrote before, newest last; the search decides whether `text` needs it."""

    text: str
    region: str
    on: date
    business: str | None = None
    internal: bool = False  # agents may see internal-only articles
    top: int = 3
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnowledgeHit:
    """One article found. `score` is calibrated: the probability, 0..1, that this article is the right one."""

    article_id: str
    question: str
    answer_md: str
    score: float
    citations: list[Citation]
    category: str
    next: list[str]
    variants: dict[str, str] = field(default_factory=dict)  # by channel: plain text to show
    internal: bool = False  # for agents' eyes only, never for a citizen


@dataclass(frozen=True)
class KnowledgeResult:
    """`hits` best first; `band` says what may be done with them.

    `open_choice`: what the citizen left open and the answer hangs on, such as 首套 and 二套; in band `guide` only.
    `topic`: all the citizen named (公积金): then the hits are what is asked of it most, and `task`, unless "", is
    what he may say to have something done there.
    """

    band: Band
    hits: list[KnowledgeHit]
    open_choice: tuple[str, ...] = ()
    topic: str = ""
    task: str = ""

    def as_rows(self) -> list[dict[str, Any]]:
        """The contract's form: what `kb search`, the search route and `suggestions.updated` give."""
        return [
            {
                "article_id": hit.article_id, "question": hit.question, "score": round(hit.score, 4),
                "band": self.band, "citations": [cited.model_dump() for cited in hit.citations],
                "answer_md": hit.answer_md, "category": hit.category, "next": hit.next,
                "internal": hit.internal,
            }
            for hit in self.hits
        ]  # fmt: skip


class KnowledgeSearch(Protocol):
    def search(self, query: KnowledgeQuery) -> KnowledgeResult:
        """Pure CPU work: milliseconds for a question, a dozen times as many for a long message."""
        ...

    def remembered(self, query: KnowledgeQuery) -> KnowledgeResult | None:
        """What `search` would give, if it is at hand without searching."""

    def similarity(self, text: str, others: Sequence[str]) -> list[float]:
        """How alike in meaning `text` is to each of `others`, each -1..1, in their order."""
        ...


@dataclass(frozen=True)
class HotQuestion:
    """A question many ask, or one an editor put first. `key` names its article over all its versions."""

    key: str
    question: str


class HotQuestions(Protocol):
    """What channels offer a citizen who has not asked yet."""

    async def of_inbox(self, inbox_id: str) -> list[HotQuestion]:
        """The questions to offer, best first; only such as have a public answer today."""
        ...

    async def question_of(self, key: str) -> str | None:
        """The question of the article `key` names, None when there is no public answer today."""
        ...
