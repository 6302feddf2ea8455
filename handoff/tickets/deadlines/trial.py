"""Tries policies before they are saved: filed then, with these pauses, due when, why, and who hears of it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from core.configs import get_config
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.deadlines.agenda import Moment, moments
from handoff.tickets.deadlines.reckoning import Given, Reckoned, reckon
from handoff.tickets.deadlines.schemas import DeadlineRead
from handoff.tickets.deadlines.settings import CONFIG_NAME, DeadlinePolicy, DeadlineSettings
from handoff.tickets.deadlines.timetables import timetables
from handoff.tickets.deadlines.walk import Clock, Target
from handoff.tickets.types.definition import Key, Priority

# Far enough for everybody, near enough for the timetable.
_YEARS = (2008, 2100)
_TOLD: dict[str, Literal["soon", "overdue", "again", "escalated"]] = {
    "soon": "soon", "due": "overdue", "again": "again", "escalate": "escalated",
}  # fmt: skip


class DeadlineTrialPause(BaseModel):
    """The citizen was waited for. `until` missing: he still is."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime
    until: AwareDatetime | None = None


class DeadlineTrial(BaseModel):
    """A ticket that might be. `settings` missing: those that are saved."""

    model_config = ConfigDict(extra="forbid")

    type: Key
    priority: Priority = "normal"
    filed_at: AwareDatetime
    given: date | None = None
    pauses: Annotated[list[DeadlineTrialPause], Field(max_length=10)] = []
    settings: DeadlineSettings | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = _YEARS
        times = [self.filed_at]
        for pause in self.pauses:
            times += [pause.since, *([pause.until] if pause.until is not None else [])]
        if any(pause.until is None for pause in self.pauses[:-1]) or any(
            later < earlier for earlier, later in pairwise(times)
        ):
            raise ValueError("登记和等待的时间要按先后排列")
        if any(not first <= at.year < last for at in times):
            raise ValueError(f"时间要在 {first} 年到 {last - 1} 年之间")
        return self


class DeadlineTrialNotice(BaseModel):
    """Something that will be told of a target, unless it is done before."""

    target: Literal["accept", "answer", "resolve"]
    at: datetime
    kind: Literal["soon", "overdue", "again", "escalated"]


class DeadlineTrialRead(BaseModel):
    """`policy` missing: nothing is promised for such a ticket."""

    policy: str | None
    deadlines: list[DeadlineRead] = []
    notices: list[DeadlineTrialNotice] = []


async def try_policies(uows: UnitOfWorkFactory, trial: DeadlineTrial) -> DeadlineTrialRead:
    async with uows.read() as session:
        settings = trial.settings or await get_config(session, CONFIG_NAME, DeadlineSettings)
        tables = await timetables(session, settings.counting, trial.filed_at)
    policy = settings.policy_of(trial.type, trial.priority)
    if policy is None:
        return DeadlineTrialRead(policy=None)
    timetable = tables.of(policy.schedule)
    given = Given(trial.given, "要求日期") if trial.given and policy.given else None
    pauses = tuple((each.since, each.until) for each in trial.pauses)
    read = DeadlineTrialRead(policy=policy.name)
    for target in Target:
        clock = Clock(target, 1, trial.filed_at)
        # Whoever waits for the citizen has accepted and answered the ticket.
        if target is Target.RESOLVE:
            clock = replace(clock, pauses=pauses)
        what = reckon(clock, policy, timetable, given, trial.filed_at)
        if what is None:
            continue
        read.deadlines.append(_read(what, policy))
        if what.due_at is not None:
            told = moments(policy, timetable, what.due_at)
            read.notices += _notices(target, told, trial.filed_at)
    read.notices.sort(key=lambda each: each.at)
    return read


def _read(what: Reckoned, policy: DeadlinePolicy) -> DeadlineRead:
    clock = what.clock
    return DeadlineRead(
        target=clock.target.value, round=1, state=what.state, started_at=clock.started_at,
        due_at=what.due_at, paused_since=clock.paused_since if what.state == "paused" else None,
        met_at=None, policy=policy.name, explanation=what.explanation,
    )  # fmt: skip


def _notices(
    target: Target, told: Sequence[Moment], filed_at: datetime
) -> list[DeadlineTrialNotice]:
    """The first repetition stands for all of them."""
    found, again = [], False
    for each in told:
        if each.at <= filed_at or (each.kind == "again" and again):
            continue
        again = again or each.kind == "again"
        found.append(DeadlineTrialNotice(target=target.value, at=each.at, kind=_TOLD[each.kind]))
    return found
