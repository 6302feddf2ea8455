"""What somebody gives with a step, whoever he is: the desk's form, a citizen's, a program's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

FollowUpResult = Literal["satisfied", "unsatisfied", "unreachable"]


@dataclass(frozen=True, repr=False)
class StepWrite:
    """`reason`: the words of the step: why, the note, the question, the answer. `version`: what was looked at; None
    for those who did not look. What the rest is for is said in schemas.TicketStepWrite. `data` goes into the history
    as it is: ids and codes, nothing personal.
    """

    reason: str = ""
    version: int | None = None
    assignee_id: str | None = None
    department_id: str | None = None
    next_stage: str | None = None
    type: str | None = None
    title: str | None = None
    priority: str | None = None
    business: str | None = None
    region: str | None = None
    citizen_name: str | None = None
    citizen_phone: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    other_id: str | None = None
    result: FollowUpResult | None = None
    score: int | None = None
    file_ids: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
