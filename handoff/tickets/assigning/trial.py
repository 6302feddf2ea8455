"""Where an example ticket would go by rules that need not be saved. Reads only; the settings page asks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.tickets.assigning import reasons
from handoff.tickets.assigning.checks import check_settings
from handoff.tickets.assigning.choice import Case, first_fitting, pick, present
from handoff.tickets.assigning.reading import read_staff
from handoff.tickets.assigning.rounds import candidates
from handoff.tickets.assigning.settings import AssigningSettings, TicketSource
from handoff.tickets.assigning.staff import Department, Person, stand_in
from handoff.tickets.types.definition import Key, Priority
from handoff.tickets.types.reading import in_force

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


class AssigningTrial(BaseModel):
    """An example ticket, and the rules to try. `text`: title and description."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    settings: AssigningSettings
    type: Key
    text: str = Field("", max_length=4000)
    business: Short = ""
    region: Short = ""
    source: TicketSource = "agent"
    priority: Priority = "normal"


class AssigningTrialRead(BaseModel):
    """`rule`: null where none fits. `department`, `person`: names, "" for nobody in particular. `lines`: why."""

    rule: str | None
    department: str
    person: str
    lines: list[str]


async def try_out(
    session: AsyncSession, wanted: AssigningTrial, now: datetime
) -> AssigningTrialRead:
    """As it would be placed now. Raises what a saving of the rules would."""
    staff = await read_staff(session, now)
    await check_settings(session, wanted.settings, staff)
    definition = (await in_force(session, wanted.type)).definition
    case = Case(
        type=wanted.type, text=wanted.text, business=wanted.business, region=wanted.region,
        source=wanted.source, priority=wanted.priority,
        allowed=frozenset(definition.department_ids),
    )  # fmt: skip
    fit = first_fitting(case, wanted.settings.as_rules(), staff)
    steps = list(fit.steps)
    department: Department | None = None
    person: Person | None = None
    match fit.to:
        case Person():
            found = stand_in(fit.to.id, staff)
            person, department = found.person, staff.department(fit.to.department_id)
            names = [staff.name_of(each) for each in found.chain]
            if person is None:
                steps.append(reasons.away_nobody(names, circle=found.circle))
            elif len(names) > 1:
                steps.append(reasons.away(names[:-1], person.name))
        case Department():
            department = fit.to
            people = present(department.id, staff)
            strategy = fit.rule.strategy if fit.rule is not None else "anybody"
            chosen, why = pick(await candidates(session, department.id, people), strategy)
            person = staff.person(chosen.agent_id) if chosen is not None else None
            takes = people or staff.has_program(department.id)
            nobody = reasons.anybody if takes else reasons.everybody_away
            steps.append(why or nobody(department.name))
        case None:
            person = staff.person(wanted.settings.dispatcher)
            steps.append(reasons.dispatcher(person.name if person is not None else ""))
    return AssigningTrialRead(
        rule=fit.rule.name if fit.rule is not None else None,
        department=department.name if department is not None else "",
        person=person.name if person is not None else "",
        lines=reasons.explain(steps),
    )
