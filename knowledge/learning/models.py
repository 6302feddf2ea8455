"""Tables of the learning loop: questions asked, clusters of those without an answer, how far the log was read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn


class AskedQuestion(Base):
    """One question a citizen put to the knowledge base. `id` is that of the message which answered it.

    Read off the stored messages (knowledge/learning/recorder.py), so recording twice changes nothing.
    `text` is masked (core/masking.py) and emptied after `question_days`. `article_id` is the best candidate,
    whatever the band; `picked_article_id` what the citizen chose among those offered. `offered`: the words were
    ours, tapped by the citizen. `source` agent: a person sent the article to a citizen who had asked this.
    """

    __tablename__ = "kb_questions"
    __table_args__ = (
        Index("ix_kb_questions_day_band", "day", "band"),
        Index("ix_kb_questions_conversation", "conversation_id", "seq"),
        Index("ix_kb_questions_cluster", "cluster_id", "asked_at"),
        Index("ix_kb_questions_asked_at", "asked_at"),
        CheckConstraint("band IN ('answer', 'guide', 'unknown')", name="band"),
        CheckConstraint("source IN ('bot', 'agent')", name="source"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(IdColumn)
    seq: Mapped[int]
    inbox_id: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    day: Mapped[date]  # of asked_at in Asia/Shanghai, to count by
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(8), default="bot")
    intent: Mapped[str] = mapped_column(String(64), default="")
    band: Mapped[str] = mapped_column(String(8))
    score: Mapped[float | None]
    article_id: Mapped[str | None] = mapped_column(IdColumn)
    picked_article_id: Mapped[str | None] = mapped_column(IdColumn)
    offered: Mapped[bool] = mapped_column(default=False)
    helpful: Mapped[bool | None]
    handoff: Mapped[str | None] = mapped_column(
        String(32)
    )  # the rule that asked people in after it
    cluster_id: Mapped[str | None] = mapped_column(IdColumn)


class QuestionCluster(Base):
    """Questions without an answer that mean the same. Made anew by every run of the clustering but for its identity.

    A run keeps the id, and with it what an editor decided, for the group that has most of the old members.
    `recent` and `earlier` count the last seven days and the seven before. `decided_size` is the size when the
    editor decided: what came after it shows whether the decision helped.
    """

    __tablename__ = "kb_clusters"
    __table_args__ = (
        Index("ix_kb_clusters_state_size", "state", "size", "id"),
        CheckConstraint("state IN ('open', 'drafted', 'adopted', 'dismissed')", name="state"),
    )

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    size: Mapped[int] = mapped_column(default=0)
    recent: Mapped[int] = mapped_column(default=0)
    earlier: Mapped[int] = mapped_column(default=0)
    off_topic: Mapped[int] = mapped_column(default=0)  # of size: taken for none of our business
    examples: Mapped[list[str]] = mapped_column(JSON, default=list)
    nearest_article_id: Mapped[str | None] = mapped_column(IdColumn)
    nearest_score: Mapped[float | None]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    article_id: Mapped[str | None] = mapped_column(IdColumn)  # drafted from it, or extended by it
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    decided_size: Mapped[int] = mapped_column(default=0)


class LearningState(Base):
    """One row: how far messages and feedback have been read, and what the last clustering was made of."""

    __tablename__ = "kb_learning_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_message: Mapped[str | None] = mapped_column(IdColumn)
    last_feedback: Mapped[datetime | None]
    clustered_from: Mapped[str] = mapped_column(String(64), default="")
    clustered_at: Mapped[datetime | None]
    cleaned_at: Mapped[datetime | None]
