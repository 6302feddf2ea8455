"""What a type of ticket is: its fields, its flow, and what else is set for it. Pure data; checked by checking.py."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
FieldKind = Literal["text", "long_text", "number", "date", "choice", "file", "person", "address"]
# citizen: its citizen and everybody who sees the ticket; staff: not the citizen; handlers: those whose turn it is or
# was, dispatchers and supervisors.
Visibility = Literal["citizen", "staff", "handlers"]
Priority = Literal["low", "normal", "high", "urgent"]
# What they are called, as on the console's pages.
PRIORITIES: dict[str, str] = {"low": "低", "normal": "普通", "high": "紧急", "urgent": "特急"}
# The `next` of a stage after which nothing comes: the ticket is resolved with the answer that was written.
END = "end"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TicketField(_Data):
    """One field. Values: text, number (as a decimal text), date (ISO), choice (one of `choices`), file (ids of
    attachments), person ({name, phone, id_number?}), address ({text, region?})."""

    key: Key
    name: Label
    kind: FieldKind = "text"
    required: bool = False
    visible: Visibility = "citizen"
    # Whether its citizen fills it in where he files himself; else it is the desk's.
    asked: bool = True
    choices: Annotated[list[Label], Field(max_length=100)] = []
    # Whether personal numbers in it are starred; not so for the numbers of papers, which look like accounts.
    masked: bool = True
    help: Annotated[str, StringConstraints(max_length=200)] = ""


class Who(_Data):
    """Who may do a stage.

    assigned: the ticket's person, or anybody of its department while it has none; dispatchers: those who may
    dispatch; leader: who leads the ticket's department; department, persons, role: those named.
    """

    kind: Literal["assigned", "dispatchers", "leader", "department", "persons", "role"] = "assigned"
    department_id: str | None = None
    account_ids: list[str] = []
    role: Literal["supervisor", "admin"] | None = None


class Stage(_Data):
    """One stage of a flow. `next`: the keys of the stages that may follow, the usual one first, or `end`.

    dispatch: somebody decides whose it is; handle: it is worked on, and the answer written; review: the answer is
    approved, or sent back to the stage that wrote it.
    """

    key: Key
    name: Label
    kind: Literal["dispatch", "handle", "review"]
    who: Who = Who()
    next: Annotated[list[str], Field(min_length=1, max_length=8)]


class Flow(_Data):
    """`stages[0]` is where a ticket begins."""

    stages: Annotated[list[Stage], Field(min_length=1, max_length=20)]

    def stage(self, key: str) -> Stage | None:
        return next((each for each in self.stages if each.key == key), None)


class AnswerTemplate(_Data):
    """Words for an answer; `{number}`, `{name}` and `{title}` are filled in."""

    name: Label
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class TicketDefinition(_Data):
    """A type as it stands in one version. `prefix`: what its numbers begin with."""

    name: Label
    help: Annotated[str, StringConstraints(max_length=200)] = ""
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")] = "GD"
    fields: Annotated[list[TicketField], Field(max_length=40)] = []
    flow: Flow
    priorities: Annotated[list[Priority], Field(min_length=1)] = ["low", "normal", "high", "urgent"]
    priority: Priority = "normal"
    # Departments it may go to; empty: all.
    department_ids: list[str] = []
    templates: Annotated[list[AnswerTemplate], Field(max_length=50)] = []
    # Whether citizens may file it themselves, and the bot.
    by_citizen: bool = False
    # Days after which what is resolved is closed by itself; 0: only by hand.
    close_after_days: Annotated[int, Field(ge=0, le=365)] = 7
    # Whether its result is asked after (回访) before it is closed.
    follow_up: bool = False
