"""What the routes of training, switching and testing take and return."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.editing.changes import PendingChange
from bot.editing.gate import Comparison
from bot.editing.texts import Note, Phrase

State = Literal[
    "queued", "training", "evaluating", "ready", "refused", "live", "failed", "cancelled"
]
Step = Literal["waiting", "writing", "training", "evaluating", "comparing", "done"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TrainingCreate(_Request):
    """`switch`: bring it to the citizens as soon as it has passed; needs the permission to switch."""

    switch: bool = False


class TrainingContent(BaseModel):
    """How much the editors' data it was given holds."""

    intents: int
    examples: int
    replies: int
    flows: int


class TrainingRead(BaseModel):
    """A training. `percent` 0..100 of the whole; `step` says what is being done.

    `report` is known from `evaluating` on. `refused`: worse than the model it was compared with. `has_model`: it
    can be tested and switched to. `cause` upgrade: started by the product itself after an update.
    """

    id: str
    state: State
    step: Step
    percent: int
    cause: Literal["editor", "upgrade"]
    content: TrainingContent
    switch_when_ready: bool
    report: Comparison | None
    has_model: bool
    seconds: float | None
    error_code: str
    error: str
    created_by: str
    created_at: datetime
    updated_at: datetime
    switched_at: datetime | None
    switched_by: str | None
    forced_reason: str


class TrainingPage(BaseModel):
    """Newest first; `next` is the `after` of the next page. `untrained`: changes no training has seen.

    `people`: names by what stands in `created_by` and `switched_by`.
    """

    items: list[TrainingRead]
    next: str | None
    untrained: bool
    people: dict[str, str]


class PendingRead(BaseModel):
    """What is active now and not in the live model. `unused`: titles of own intents and flows not switched on."""

    items: list[PendingChange]
    unused: list[str]


class TrainingLog(BaseModel):
    log: str


class Switch(_Request):
    """`force` overrides a refusal and needs a reason."""

    force: bool = False
    reason: Note | None = None


class ModelRead(BaseModel):
    """A model that can be switched to. `training_id` None: the shipped one, without the editors' data."""

    training_id: str | None
    live: bool
    state: State | None
    accuracy: float | None
    created_at: datetime | None
    created_by: str | None
    switched_at: datetime | None
    switched_by: str | None


class ModelsRead(BaseModel):
    """`switching`: the training being switched to (its id, or `shipped`), None when nothing is.

    `switchable` False: Rasa is run by the operator, `note` says what to do. `problem`: why the last switch was
    given up; the model before it answers on. `people` as in TrainingPage.
    """

    items: list[ModelRead]
    live: str | None
    switching: str | None
    switchable: bool
    note: str
    problem: str
    people: dict[str, str]


class ParseRequest(_Request):
    """`training_id`: ask the model of this training; else the live one."""

    text: Phrase
    training_id: str | None = Field(default=None, max_length=36)


class Guess(BaseModel):
    intent: str
    title: str
    confidence: float


class Value(BaseModel):
    """`value` is normalised: an amount in fen, a duration in months."""

    kind: str
    value: Any
    text: str
    start: int
    end: int


class Wish(BaseModel):
    text: str
    intent: str
    title: str
    confidence: float


class Parsed(BaseModel):
    """What a model makes of a sentence. `model`: a training's id, or `shipped`."""

    model: str
    intent: Guess
    ranking: list[Guess]
    values: list[Value]
    wishes: list[Wish]
