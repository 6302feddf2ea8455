"""Tables of what editors add to the bot, and of the trainings that bring it to the citizens.

What is edited here changes nothing by itself: a training takes a snapshot of all of it, and the bot answers from
the snapshot of the training that is live. So the model, its texts and its flows always fit each other, and going
back to an earlier training brings all three back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, IdColumn

STATES = (
    "queued", "training", "evaluating", "ready", "refused", "live", "failed", "cancelled",
)  # fmt: skip
# States in which a server works on a training, or should.
OPEN = ("queued", "training", "evaluating")


class BotFlow(Base):
    """A small question-and-answer flow. `content`: FlowContent (schemas.py)."""

    __tablename__ = "bot_flows"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)  # in the names of its form and slots
    title: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=False)
    edit: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime]


class BotIntent(Base):
    """An intent of the editors' own. It answers with one of `replies`, or starts its flow.

    Only active ones are trained. `edit` counts the changes, so that of two editors the second is told.
    """

    __tablename__ = "bot_intents"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # own_<key>, never changed
    title: Mapped[str] = mapped_column(String(40), unique=True)
    means: Mapped[str] = mapped_column(String(200))
    replies: Mapped[list[str]] = mapped_column(JSON, default=list)
    flow_id: Mapped[str | None] = mapped_column(ForeignKey("bot_flows.id"), index=True)
    active: Mapped[bool] = mapped_column(default=False)
    edit: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime]


class BotExample(Base):
    """An example the editors added to an intent, shipped or own. One sentence means one intent: `text_key`."""

    __tablename__ = "bot_examples"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    intent: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(String(120))
    text_key: Mapped[str] = mapped_column(String(160), unique=True)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class BotReply(Base):
    """What the bot says in place of a shipped reply text. No row: the shipped one."""

    __tablename__ = "bot_replies"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)  # utter_...
    variants: Mapped[list[str]] = mapped_column(JSON)
    edit: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime]


class BotRegression(Base):
    """A sentence of the editors' own that every new model must understand."""

    __tablename__ = "bot_regression"

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    intent: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(String(120))
    text_key: Mapped[str] = mapped_column(String(160), unique=True)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class BotTraining(Base):
    """One training: the snapshot it was given, how far it is, what came out.

    An open one belongs to whichever server holds the lease. `model_sha256` empty: there is no model (yet, or
    any more); its bytes are in the model folder and in BotModelChunk.
    """

    __tablename__ = "bot_trainings"
    __table_args__ = (
        Index("ix_bot_trainings_state", "state"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("slot = 1", name="slot"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(IdColumn, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    # 1 while it is open: unique, so that there is one at a time. One keeps both cores busy.
    slot: Mapped[int | None] = mapped_column(unique=True)
    cause: Mapped[str] = mapped_column(String(16))  # editor | upgrade
    step: Mapped[str] = mapped_column(String(16), default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    switch_when_ready: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int]  # of the editors' data, when the snapshot was taken
    data: Mapped[dict[str, Any]] = mapped_column(JSON)  # EditedData (data.py)
    # Of the product's own inputs it was made with; another one after an upgrade.
    shipped_hash: Mapped[str] = mapped_column(String(64), default="")
    model: Mapped[str] = mapped_column(String(96), default="")  # file name
    model_sha256: Mapped[str] = mapped_column(String(64), default="")
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # Comparison (gate.py)
    seconds: Mapped[float | None]  # of the training itself
    log: Mapped[str] = mapped_column(Text, default="")
    error_code: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(64))  # account id, or `system` after an upgrade
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    switched_at: Mapped[datetime | None]  # when it last went live
    switched_by: Mapped[str | None] = mapped_column(String(64))
    forced_reason: Mapped[str] = mapped_column(String(200), default="")


class BotModelChunk(Base):
    """A piece of a trained model. In the database, so that every server and every backup has it."""

    __tablename__ = "bot_model_chunks"

    training_id: Mapped[str] = mapped_column(
        ForeignKey("bot_trainings.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class BotState(Base):
    """One row. `revision` rises with every change of the editors; its lock makes edits take turns.

    `live_id`: the training whose model answers, none: the shipped model. `wanted_id`: what the servers are to
    switch to; the first one whose Rasa has loaded it makes it live. `choice` rises with every wish.
    """

    __tablename__ = "bot_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=0)
    choice: Mapped[int] = mapped_column(default=0)
    live_id: Mapped[str | None] = mapped_column(ForeignKey("bot_trainings.id"))
    wanted_id: Mapped[str | None] = mapped_column(ForeignKey("bot_trainings.id"))
    wanted_by: Mapped[str] = mapped_column(String(64), default="")
    settled: Mapped[bool] = mapped_column(default=True)  # what is wanted is live, or was given up
    problem: Mapped[str] = mapped_column(Text, default="")  # why the last switch was given up
    changed_at: Mapped[datetime | None]
