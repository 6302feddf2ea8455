"""What the routes of editing take and return; those of training and switching are in training_schemas.py."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.editing.flow import FlowContent, FlowProblem
from bot.editing.texts import Means, Phrase, ReplyText, Template, Title

MAX_REPLIES = 5
# Sentences in one request; a pasted list is longer than what a person types.
MAX_BATCH = 200
Edit = Annotated[int, Field(ge=0)]


class _Request(BaseModel):
    # An error's text goes to the log; nothing of what was written belongs there.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


# ---- intents and examples ----------------------------------------------------------------------------------------


class IntentGroup(BaseModel):
    name: str
    title: str


class FlowLink(BaseModel):
    id: str
    title: str
    active: bool


class IntentRead(BaseModel):
    """An intent, shipped or own.

    `examples`: all of them, `own_examples` of them by editors. Of an own one: `problems` say, in words, why it
    cannot be used (yet); `edit` is its counter, to be sent back with a change. A shipped one is always active,
    its counter is 0.
    """

    name: str
    title: str
    means: str
    group: str
    own: bool
    active: bool
    replies: list[str] = Field(default_factory=list)
    flow: FlowLink | None = None
    examples: int
    own_examples: int
    problems: list[str] = Field(default_factory=list)
    edit: int = 0
    updated_by: str | None = None
    updated_at: datetime | None = None


class IntentList(BaseModel):
    """`groups` in the order to be shown in. `untrained`: something was changed that no training has seen."""

    items: list[IntentRead]
    groups: list[IntentGroup]
    untrained: bool


class ExampleRead(BaseModel):
    """`id` is None for shipped ones, which cannot be removed."""

    id: str | None
    text: str
    own: bool
    created_by: str | None = None
    created_at: datetime | None = None


class IntentDetail(IntentRead):
    """`regression` sentences test it. `people`: names of those who changed it, by account."""

    sentences: list[ExampleRead]
    regression: int
    people: dict[str, str]


class IntentCreate(_Request):
    """Not active at first. It replies with one of `replies` (chosen at random), or starts the flow."""

    title: Title
    means: Means
    replies: list[ReplyText] = Field(default_factory=list, max_length=MAX_REPLIES)
    flow_id: str | None = Field(default=None, max_length=36)
    examples: list[Phrase] = Field(default_factory=list, max_length=MAX_BATCH)


class IntentUpdate(_Request):
    """All of it; `edit` as read."""

    edit: Edit
    title: Title
    means: Means
    replies: list[ReplyText] = Field(default_factory=list, max_length=MAX_REPLIES)
    flow_id: str | None = Field(default=None, max_length=36)
    active: bool


class ExamplesCreate(_Request):
    texts: list[Phrase] = Field(min_length=1, max_length=MAX_BATCH)


class ExampleUpdate(_Request):
    text: Phrase


class ExampleRefusal(BaseModel):
    """`intent` has the sentence already; `code`: example_taken, or example_twice when it is the same intent."""

    text: str
    code: Literal["example_taken", "example_twice", "regression_sentence"]
    message: str
    intent: str | None
    title: str | None


class ExampleWarning(BaseModel):
    """`near` is almost the same sentence. Of another intent: the two will be confused. `similarity` 0..1."""

    text: str
    near: str
    intent: str
    title: str
    same_intent: bool
    similarity: float


class ExamplesAdded(BaseModel):
    added: list[ExampleRead]
    refused: list[ExampleRefusal]
    warnings: list[ExampleWarning]


class IntentCreated(BaseModel):
    intent: IntentDetail
    refused: list[ExampleRefusal]
    warnings: list[ExampleWarning]


class Deleted(BaseModel):
    deleted: bool = True


# ---- reply texts -------------------------------------------------------------------------------------------------


class ButtonRead(BaseModel):
    label: str
    value: str


class WordRead(BaseModel):
    """A word in braces, {name}, that the program fills in."""

    name: str
    title: str


class ReplyRead(BaseModel):
    """A text the bot says; with several variants, one of them at random. `when` says where it is said.

    `words` are those that may stand in braces in it; each may be left out.

    `shipped` are the product's own variants, `variants` those in use after the next training. `buttons` stand
    below each. `edit` 0: not changed.
    """

    name: str
    title: str
    when: str
    shipped: list[str]
    variants: list[str]
    buttons: list[ButtonRead]
    words: list[WordRead]
    changed: bool
    edit: int
    updated_by: str | None = None
    updated_at: datetime | None = None


class ReplyList(BaseModel):
    items: list[ReplyRead]


class ReplyUpdate(_Request):
    edit: Edit
    variants: list[Template] = Field(min_length=1, max_length=MAX_REPLIES)


# ---- regression sentences ----------------------------------------------------------------------------------------


class SentenceRead(BaseModel):
    """`id` is None for shipped ones."""

    id: str | None
    text: str
    intent: str
    title: str
    own: bool
    created_by: str | None = None
    created_at: datetime | None = None


class SentenceList(BaseModel):
    items: list[SentenceRead]


class SentenceCreate(_Request):
    text: Phrase
    intent: str = Field(max_length=64)


# ---- flows -------------------------------------------------------------------------------------------------------


class FlowRead(BaseModel):
    """`starts`: titles of the intents that start it. `problems` must be empty before it can be used."""

    id: str
    title: str
    content: FlowContent
    active: bool
    problems: list[FlowProblem]
    starts: list[str]
    edit: int
    updated_by: str
    updated_at: datetime


class TaskRead(BaseModel):
    """A task that a choice may lead to."""

    task: str
    title: str


class FlowList(BaseModel):
    items: list[FlowRead]
    tasks: list[TaskRead]
    max_nodes: int
    max_choices: int


class FlowCreate(_Request):
    title: Title
    content: FlowContent = FlowContent()


class FlowUpdate(_Request):
    """An active flow is only saved without problems."""

    edit: Edit
    title: Title
    content: FlowContent
    active: bool


class FlowCheck(_Request):
    content: FlowContent


class FlowChecked(BaseModel):
    problems: list[FlowProblem]
