"""Who there is to give a ticket to: departments, people, and who stands in for whom now. Pure; reading.py fills it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Department:
    id: str
    name: str
    parent_id: str | None = None
    leader_id: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who may work on tickets and can log in; `dispatches`: and may say whose one is."""

    id: str
    name: str
    department_id: str | None = None
    dispatches: bool = False


@dataclass(frozen=True)
class Staff:
    """`away`: who is absent now, and who stands in (None: nobody). Only people of `people` can be given anything.

    `programs`: departments for whose tickets another system has a key.
    """

    departments: Mapping[str, Department] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    away: Mapping[str, str | None] = field(default_factory=dict)
    programs: frozenset[str] = frozenset()

    def person(self, account_id: str | None) -> Person | None:
        return self.people.get(account_id) if account_id is not None else None

    def department(self, department_id: str | None) -> Department | None:
        return self.departments.get(department_id) if department_id is not None else None

    def is_within(self, department_id: str, above: Iterable[str]) -> bool:
        """Whether it is one of `above`, or lies below one of them."""
        wanted = set(above)
        return any(each in wanted for each in self.upwards(department_id))

    def upwards(self, department_id: str | None) -> list[str]:
        """The department and those above it, nearest first; a circle in the data ends the walk."""
        found: list[str] = []
        department = self.department(department_id)
        while department is not None and department.id not in found:
            found.append(department.id)
            department = self.department(department.parent_id)
        return found

    def has_program(self, department_id: str) -> bool:
        """Whether another system works for it, or for one above."""
        return self.is_within(department_id, self.programs)

    def members(self, department_id: str) -> list[Person]:
        """Those of the department and of all below it."""
        return [
            each
            for each in self.people.values()
            if each.department_id is not None
            and self.is_within(each.department_id, [department_id])
        ]

    def name_of(self, account_id: str | None) -> str:
        person = self.person(account_id)
        return person.name if person is not None else "（已停用）"

    def department_name(self, department_id: str | None) -> str:
        department = self.department(department_id)
        return department.name if department is not None else ""


@dataclass(frozen=True)
class StandIn:
    """Who does it in the end, None: nobody; `chain` from the one it was meant for, `circle` where they lead back."""

    person: Person | None
    chain: tuple[str, ...]
    circle: bool = False


def stand_in(account_id: str, staff: Staff) -> StandIn:
    """The person, or whoever stands in for him, through as many absences as there are.

    Ends at a person who is there, at one for whom nobody stands in, or where the chain comes back to somebody.
    """
    chain = [account_id]
    while account_id in staff.away:
        following = staff.away[account_id]
        if following is None:
            return StandIn(None, tuple(chain))
        if following in chain:
            return StandIn(None, tuple(chain), circle=True)
        chain.append(following)
        account_id = following
    return StandIn(staff.people.get(account_id), tuple(chain))


@dataclass(frozen=True)
class Planned:
    """An absence: from `start`, until before `end`; `substitute` None: nobody stands in."""

    account: str
    substitute: str | None
    start: datetime
    end: datetime


def circle_of(wanted: Planned, others: Iterable[Planned]) -> list[str]:
    """Who would stand in for each other in a circle while `wanted` lasts: its account first; [] where nobody does.

    Who is away changes only where an absence begins, so those moments are all there is to look at.
    """
    known = list(others)
    moments = [wanted.start, *(each.start for each in known)]
    for at in sorted(each for each in moments if wanted.start <= each < wanted.end):
        away = {each.account: each.substitute for each in known if each.start <= at < each.end}
        chain, following = [wanted.account], wanted.substitute
        while following is not None and following not in chain:
            chain.append(following)
            following = away.get(following)
        if following == wanted.account:
            return chain
    return []
