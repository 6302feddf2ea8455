"""What a task may use besides the citizen's answers, and what its hooks and its end give back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from actions.region import ReadRegion, RegionNumbers
from core.conversation.business import BusinessGateway
from core.conversation.content import Choice, Content
from core.conversation.ports import Directive

if TYPE_CHECKING:
    from actions.forms.fields import Option

# Slot -> value; only what has been answered, or None.
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class TaskContext:
    """Made anew for each turn. `now` is local time (Asia/Shanghai); `sender` is Rasa's name of the conversation."""

    region_code: str
    now: datetime
    sender: str
    gateway: BusinessGateway | None
    read_region: ReadRegion

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
class Outcome:
    """What a completed task says and does.

    `reopen` not None: the form goes on with these slots changed (None asks again), after `contents` were said.
    """

    contents: Sequence[Content]
    directives: Sequence[Directive] = ()
    reopen: Mapping[str, Any] | None = None


Check = Callable[[Any, Answers, TaskContext], Awaitable[Checked]]
Offer = Callable[[Answers, TaskContext], Awaitable[Sequence["Option"]]]
# The completed answers -> what the citizen is told and what the engine is to do.
Finish = Callable[[Answers, TaskContext], Awaitable[Outcome]]
