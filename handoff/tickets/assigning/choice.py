"""Whose a ticket becomes: the first rule that fits, and who of a department. Pure; service.py calls it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from handoff.routing.case import Candidate
from handoff.routing.strategies import ranked
from handoff.tickets.assigning import reasons
from handoff.tickets.assigning.reasons import Step
from handoff.tickets.assigning.staff import Department, Person, Staff, stand_in

if TYPE_CHECKING:
    from handoff.tickets.models import Ticket

# anybody: nobody in particular, whoever of the department accepts it first.
Strategy = Literal["anybody", "least_loaded", "round_robin"]
# What a rule may ask about, each a list of values one of which must hold.
CONDITIONS = ("type", "business", "region", "words", "source", "priority")
# What makes a rule lead nowhere by itself: somebody has to mend it.
BROKEN = frozenset({"rule_gone", "rule_empty"})


@dataclass(frozen=True)
class Case:
    """What rules look at. `text`: title and description. `allowed`: the departments of its type, empty: all.

    `refused`: departments that have given it back.
    """

    type: str
    text: str = ""
    business: str = ""
    region: str = ""
    source: str = ""
    priority: str = "normal"
    allowed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> str:
        """The text as words are looked for in it."""
        return plain(self.text)


@dataclass(frozen=True)
class Rule:
    """To a person, or to a department; `conditions` by name of CONDITIONS, all must hold, one without values does."""

    name: str
    conditions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    department_id: str | None = None
    account_id: str | None = None
    strategy: Strategy = "anybody"


@dataclass(frozen=True)
class Fit:
    """The rule that decides and where it leads, None: none does; `steps` say which were looked at to the end."""

    rule: Rule | None
    to: Person | Department | None
    steps: tuple[Step, ...]


def case_of(ticket: Ticket, *, allowed: Iterable[str] = (), refused: Iterable[str] = ()) -> Case:
    """What rules look at in a ticket. `allowed`: the departments of its type; `refused`: those that gave it back."""
    return Case(
        type=ticket.type,
        text=f"{ticket.title}\n{ticket.description}",
        business=ticket.business or "",
        region=ticket.region or "",
        source=ticket.source,
        priority=ticket.priority,
        allowed=frozenset(allowed),
        refused=frozenset(refused),
    )


def plain(text: str) -> str:
    """As words are compared: full-width letters and capitals are the same as others."""
    return unicodedata.normalize("NFKC", text).casefold()


def matches(rule: Rule, case: Case) -> bool:
    return all(
        not values or any(_holds(name, value, case) for value in values)
        for name, values in rule.conditions.items()
    )


def _holds(name: str, value: str, case: Case) -> bool:
    match name:
        case "words":
            return plain(value) in case.words
        case "region":
            # A district belongs to its city: 示例市 also means 示例市高新区.
            return bool(case.region) and case.region.startswith(value)
        case "business":
            # What the bot understood names the ones above it too: 公积金/提取.
            return value in (case.business, *case.business.split("/"))
        case _:
            return bool(getattr(case, name) == value)


def first_fitting(case: Case, rules: Sequence[Rule], staff: Staff) -> Fit:
    """The first rule that holds and leads to somebody; those that lead nowhere are passed over, and written down."""
    steps: list[Step] = []
    for rule in rules:
        if not matches(rule, case):
            continue
        to = staff.person(rule.account_id) or staff.department(rule.department_id)
        if to is None:
            what = "person" if rule.account_id is not None else "department"
            steps.append(reasons.rule_gone(rule.name, what))
            continue
        hindrance = _hindrance(rule, to, case, staff)
        if hindrance is not None:
            steps.append(hindrance)
            continue
        steps.append(reasons.rule(rule.name, to.name, is_person=isinstance(to, Person)))
        return Fit(rule, to, tuple(steps))
    steps.append(reasons.no_rule())
    return Fit(None, None, tuple(steps))


def _hindrance(rule: Rule, to: Person | Department, case: Case, staff: Staff) -> Step | None:
    """Why a rule that holds leads nowhere."""
    department = staff.department(to.department_id if isinstance(to, Person) else to.id)
    if department is not None:
        if department.id in case.refused:
            return reasons.rule_refused(rule.name, department.name)
        if case.allowed and not staff.is_within(department.id, case.allowed):
            return reasons.rule_not_for_type(rule.name, department.name)
    nobody = isinstance(to, Department) and not staff.members(to.id)
    if nobody and not staff.has_program(to.id):
        return reasons.rule_empty(rule.name, to.name)
    return None


def present(department_id: str, staff: Staff) -> list[Person]:
    """Whom of the department a ticket can be given to now: those who are there; where nobody is, who stands in."""
    members = staff.members(department_id)
    there = [each for each in members if each.id not in staff.away]
    if there:
        return there
    found = {each.person.id: each.person for m in members if (each := stand_in(m.id, staff)).person}
    return list(found.values())


def pick(
    candidates: Sequence[Candidate], strategy: Strategy
) -> tuple[Candidate | None, Step | None]:
    """Of those who could have it, who gets it, and why. `active` of a candidate: the open tickets in his hands."""
    if strategy == "anybody" or not candidates:
        return None, None
    order = ranked(candidates, strategy)
    return order[0], reasons.chosen(strategy, [(each.name, each.active) for each in order])
