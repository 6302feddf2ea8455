"""What the routes of the learning loop take and return."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.conversation.ports import Band
from core.ids import Id
from knowledge.articles.schemas import Key, Question
from knowledge.learning.clusters import State


class ArticleName(BaseModel):
    """An article as the pages of the learning loop name it."""

    id: str
    question: str


class QuestionRead(BaseModel):
    """One question as it was asked (masked) and what became of it."""

    id: str
    conversation_id: str
    asked_at: datetime
    text: str
    source: Literal["bot", "agent"]
    inbox_id: str
    band: Band
    score: float | None
    article: ArticleName | None
    picked: ArticleName | None
    offered: bool
    helpful: bool | None
    handoff: str | None
    cluster_id: str | None


class QuestionPage(BaseModel):
    items: list[QuestionRead]
    next: str | None


class DayRead(BaseModel):
    """How citizens' own questions of one day were answered; numbers of questions."""

    day: date
    answer: int = 0
    guide: int = 0
    unknown: int = 0
    unhelpful: int = 0
    handed_off: int = 0


class ClusterRead(BaseModel):
    """Unanswered questions that mean the same. `trend`: questions a day, oldest first, the last one today's.

    `since_decided`: how many came in after the decision. `off_topic`: of them, taken for none of our business.
    """

    id: str
    state: State
    size: int
    recent: int
    earlier: int
    since_decided: int
    off_topic: int
    trend: list[int]
    examples: list[str]
    nearest: ArticleName | None
    nearest_score: float | None
    first_at: datetime
    last_at: datetime
    article: ArticleName | None
    decided_by: str | None
    decided_at: datetime | None


class ClusterPage(BaseModel):
    """`counts`: clusters in each state. `clustered_at`: when they were last made."""

    items: list[ClusterRead]
    next: str | None
    counts: dict[str, int]
    clustered_at: datetime | None


class Adopt(BaseModel):
    model_config = ConfigDict(extra="forbid")

    article_id: Id
    wordings: list[Question] = Field(min_length=1, max_length=50)


class CollisionWarning(BaseModel):
    """An added wording that is nearer to another article than to its own."""

    wording: str
    article_id: str
    question: str
    other_wording: str
    similarity: float


class DecisionRead(BaseModel):
    """The draft that came of a decision."""

    article_id: str
    version_id: str
    added: list[str]
    collisions: list[CollisionWarning] = []


class HotRead(BaseModel):
    """A hot question. `conversations` asked it within the days counted, `tapped` of them only by tapping it."""

    article_id: str
    key: str
    question: str
    conversations: int
    tapped: int
    pinned: bool


class InboxName(BaseModel):
    id: str
    name: str


class HotPage(BaseModel):
    """`items`: what citizens are shown, in this order. `candidates`: what comes next. `lapsed`: pinned, but not shown
    today. `own_pins`: whether the inbox has pins of its own. `inboxes`: those there are to choose from."""

    inbox: str | None
    days: int
    count: int
    own_pins: bool
    pins: list[str]
    items: list[HotRead]
    candidates: list[HotRead]
    lapsed: list[str]
    inboxes: list[InboxName]


class HotPins(BaseModel):
    """The pinned articles' keys in their order. `inbox` None: for all inboxes without pins of their own.

    `pins` None (only with an inbox): the inbox takes those of all again.
    """

    model_config = ConfigDict(extra="forbid")

    inbox: Annotated[str, StringConstraints(max_length=64)] | None = None
    pins: list[Key] | None = Field(max_length=10)
    days: int | None = Field(default=None, ge=1, le=90)
    count: int | None = Field(default=None, ge=1, le=10)
