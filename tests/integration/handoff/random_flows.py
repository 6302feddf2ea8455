"""What the random tests of tickets' flows draw: an office with people in departments, flows, and who tries what."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.clock import FixedClock
from core.database import Database
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import END
from tests.integration.handoff.conftest import World, open_world
from tests.integration.handoff.tickets import department, lead, staff

PEOPLE = ("boss", "admin", "chief", "clerk", "below", "other")
# Placed by name, as the departments and accounts of an example are made anew.
WHO = ("assigned", "dispatchers", "leader", "department", "persons", "role")
KINDS = ("handle", "review", "review", "dispatch")
# A step (None: whatever brings it on), who tries it, to whom it would go, and which of the stages that follow.
Try = tuple[TicketStep | None, str, str, int]


@dataclass
class Office:
    world: World
    people: dict[str, Actor]
    departments: dict[str, str]

    def who(self, kind: str, chosen: Sequence[str]) -> dict[str, Any]:
        match kind:
            case "department":
                return {"kind": kind, "department_id": self.departments["loans"]}
            case "persons":
                return {
                    "kind": kind,
                    "account_ids": [self.people[each].account_id for each in chosen],
                }
            case "role":
                return {"kind": kind, "role": "supervisor"}
            case _:
                return {"kind": kind}


@contextmanager
def opened(template: Path, path: Path, clock: FixedClock) -> Iterator[Town]:
    """One for all examples, each of which has a type of its own."""
    shutil.copy(template, path)
    with asyncio.Runner() as runner:
        database = Database(f"sqlite+aiosqlite:///{path}")
        opening = open_world(UnitOfWorkFactory(database, clock), clock)
        office = runner.run(_people(runner.run(opening.__aenter__())))
        yield Town(runner, office)
        runner.run(opening.__aexit__(None, None, None))
        runner.run(database.close())


async def _people(world: World) -> Office:
    loans = await department(world, "贷款科")
    below = await department(world, "审核岗", parent=loans.id)
    other = await department(world, "归集科")
    placed = {"chief": loans.id, "clerk": loans.id, "below": below.id, "other": other.id}
    roles = {"boss": Role.SUPERVISOR, "admin": Role.ADMIN}
    people = {
        name: await staff(
            world, name, role=roles.get(name, Role.HANDLER), department=placed.get(name)
        )
        for name in PEOPLE
    }
    await lead(world, loans.id, people["chief"])
    return Office(world, people, {"loans": loans.id, "other": other.id})


@dataclass
class Town:
    runner: asyncio.Runner
    office: Office


@st.composite
def flows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Stages in a row, with short cuts forward; only what the editor accepts."""
    length = draw(st.integers(1, 4))
    stages = []
    for place in range(length):
        later = [f"s{n}" for n in range(place + 2, length)] + ([END] if place + 1 < length else [])
        cuts = draw(st.lists(st.sampled_from(later), unique=True, max_size=2)) if later else []
        straight = f"s{place + 1}" if place + 1 < length else END
        kind = draw(st.sampled_from(["handle", "dispatch"] if not place else KINDS))
        stages.append(
            {
                "key": f"s{place}", "name": f"环节{place}",
                "kind": kind,
                "who": draw(st.sampled_from(WHO[1:] if kind == "review" else WHO)),
                "chosen": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True)),
                "next": [straight, *(each for each in cuts if each != straight)],
            }
        )  # fmt: skip
    return stages


STEPS = [
    step
    for step in TicketStep
    if step
    in {
        "accept", "assign", "return", "submit", "approve", "send_back", "resolve", "reopen", "close", "comment",
        "withdraw", "revise",
    }
]  # fmt: skip
FORWARD = (
    TicketStep.ACCEPT, TicketStep.SUBMIT, TicketStep.APPROVE, TicketStep.SEND_BACK, TicketStep.RESOLVE,
)  # fmt: skip
# What only he does whose turn it is.
OF_THE_STAGE = ("submit", "approve", "send_back", "resolve", "return")
script = st.lists(
    st.tuples(
        st.one_of(st.none(), st.sampled_from(STEPS)),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=14,
)
