"""What a task may use besides the citizen's answers, and what its hooks and its end give back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.identity.proof import Proof
from actions.identity.seal import Seal
from actions.pictures.links import PictureLinks
from actions.region import ReadRegion, RegionNumbers
from core.conversation.business import BusinessGateway
from core.conversation.content import Choice, Content, Personal
from core.conversation.ports import Directive
from core.conversation.tickets import TicketLookup

if TYPE_CHECKING:
    from actions.forms.fields import Option
    from actions.forms.turn import Turn

# Slot -> value; only what has been answered, or None.
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class TaskContext:
    """Made anew for each turn. `now` is local time (Asia/Shanghai); `sender` is Rasa's name of the conversation.

    `proof`: the identity check that was passed in this conversation and still holds. `pictures`: addresses of
    pictures; None: none are drawn.
    """

    region_code: str
    now: datetime
    sender: str
    gateway: BusinessGateway | None
    read_region: ReadRegion
    seal: Seal = field(default_factory=Seal)
    pictures: PictureLinks | None = None
    proof: Proof | None = None
    remembered: Mapping[str, str] = field(default_factory=dict)
    tickets: TicketLookup | None = None

    @property
    def region(self) -> RegionNumbers:
        """The numbers of the citizen's region."""
        return self.read_region(self.region_code)


@dataclass(frozen=True)
class Checked:
    """What a check makes of an answer: the slot's `value`, or a `problem` in words, and then the question stays open.

    `also`: other slots to set; `note`: said before the next question.
    """

    value: Any = None
    problem: str = ""
    also: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


class EndForm(Exception):
    """Raised by a hook: the task cannot go on. The form ends and its answers are forgotten."""

    def __init__(self, text: str, choices: Sequence[Choice] = ()) -> None:
        self.text, self.choices = text, tuple(choices)
        super().__init__("the form ends")


@dataclass(frozen=True)
class Handled:
    """What a question's own hook made of a message: slots to set (any), words before the next question.

    `kept`: the message as it may be kept, without what is secret in it. `end`: the task cannot go on.
    """

    updates: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    kept: str | None = None
    end: EndForm | None = None


@dataclass(frozen=True)
class Prepared:
    """What is known when a form opens, and what is said before its first question."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a completed task says and does.

    `reopen` not None: the form goes on with these slots changed (None asks again), after `contents` were said.
    `personal`: the contents are the citizen's own data, for nobody else and not for long. `remember`: kept for later
    tasks of the conversation, in Rasa's slot `remembered`: nothing that may not be read there unless it is sealed.
    """

    contents: Sequence[Content]
    directives: Sequence[Directive] = ()
    reopen: Mapping[str, Any] | None = None
    personal: Personal | None = None
    remember: Mapping[str, str] = field(default_factory=dict)


Check = Callable[[Any, Answers, TaskContext], Awaitable[Checked]]
Offer = Callable[[Answers, TaskContext], Awaitable[Sequence["Option"]]]
# Reads a whole message for its question before anybody else does; None: it is for the form to understand.
# The last argument: whether the message is the one that opened the form.
Handle = Callable[["Turn", Answers, TaskContext, bool], Awaitable[Handled | None]]
# What is known before the first question; may raise EndForm.
Prepare = Callable[["Turn", TaskContext], Prepared]
# The completed answers -> what the citizen is told and what the engine is to do.
Finish = Callable[[Answers, TaskContext], Awaitable[Outcome]]
