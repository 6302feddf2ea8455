"""Whose a ticket becomes, and why: by the rules, by what its flow says, by who is there. Called by life/ only.

`place` changes nothing of the ticket: its caller puts `department_id`, `assignee_id`, `stage` on the row and `data()`
into the history of the step. Nobody in particular is an answer too: whoever of the department accepts it, or, without
a department, whoever may dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.configs import get_config
from core.unit_of_work import UnitOfWork
from handoff.tickets.assigning import faults, reasons
from handoff.tickets.assigning.choice import BROKEN, Strategy, case_of, first_fitting, present
from handoff.tickets.assigning.models import TicketRefusal
from handoff.tickets.assigning.reading import read_staff, refusals
from handoff.tickets.assigning.reasons import Step
from handoff.tickets.assigning.rounds import choose
from handoff.tickets.assigning.settings import CONFIG_NAME, AssigningSettings
from handoff.tickets.assigning.staff import Department, Person, Staff, stand_in
from handoff.tickets.models import Ticket
from handoff.tickets.status import FILE, TicketStep
from handoff.tickets.types.definition import Stage, TicketDefinition

# What the rules are asked about: a ticket that is new, or has become another one.
_ANEW = (FILE, TicketStep.CLASSIFY)


@dataclass(frozen=True)
class Placement:
    """`why`: steps as reasons.py makes them. `by_rule`: a rule decided, so that nobody needs to dispatch it.

    `stage`: where in its flow the ticket stands then: the one after dispatching where a rule has done that.
    """

    department_id: str | None
    assignee_id: str | None
    why: tuple[Step, ...] = ()
    by_rule: bool = False
    stage: str = ""

    def data(self) -> dict[str, Any]:
        """What the history keeps."""
        return {
            "department_id": self.department_id, "assignee_id": self.assignee_id,
            "why": list(self.why),
        }  # fmt: skip


async def place(
    uow: UnitOfWork, ticket: Ticket, definition: TicketDefinition, step: str = FILE
) -> Placement:
    """Where the ticket goes now, which is at `ticket.stage` already; `step` is what has just been done to it.

    file, classify: the rules decide; where one does, a stage of dispatching is done already (`Placement.stage`).
    return: to whoever dispatches; called while the ticket still has the department that gives it back.
    reopen: to whoever wrote the answer, else as if it were new. assign: to the person it was given to, or to whoever
    stands in. Others: to whom the stage names; for `assigned` the ticket stays whose it is, and where it has only a
    department, one of that is chosen.
    """
    placing = await _Placing.begin(uow, ticket, definition)
    if step == TicketStep.RETURN:
        placement = await placing.give_back()
    elif step == TicketStep.REOPEN:
        placement = await placing.again()
    elif step == TicketStep.ASSIGN and ticket.assignee_id is not None:
        placement = await placing.given()
    else:
        placement = await placing.by_stage(anew=step in _ANEW)
    stage = placing.onward() if placement.by_rule else None
    placement = replace(placement, stage=(stage or placing.stage).key)
    broken = [each for each in placement.why if each["kind"] in BROKEN | faults.OTHERS]
    await faults.tell(uow, ticket, broken)
    return placement


@dataclass
class _Placing:
    uow: UnitOfWork
    ticket: Ticket
    definition: TicketDefinition
    settings: AssigningSettings
    staff: Staff

    @classmethod
    async def begin(cls, uow: UnitOfWork, ticket: Ticket, definition: TicketDefinition) -> _Placing:
        settings = await get_config(uow.session, CONFIG_NAME, AssigningSettings)
        staff = await read_staff(uow.session, uow.clock.now())
        return cls(uow, ticket, definition, settings, staff)

    # ---- by step ---------------------------------------------------------------------------------

    async def give_back(self) -> Placement:
        department = self.ticket.department_id
        if department is not None:
            refusal = TicketRefusal(
                ticket_id=self.ticket.id, department_id=department, at=self.uow.clock.now()
            )
            await self.uow.session.merge(refusal)
        return self._dispatchers(reasons.returned(self.staff.department_name(department)))

    async def again(self) -> Placement:
        if self.ticket.handler_id is None:
            return await self.by_stage(anew=True)
        handler = self.staff.person(self.ticket.handler_id)
        if handler is not None:
            said = reasons.handler_again(handler.name)
            return await self._person(handler, self.ticket.department_id, said)
        return await self._department_or_rules(reasons.gone(""))

    @property
    def stage(self) -> Stage:
        flow = self.definition.flow
        return flow.stage(self.ticket.stage) or flow.stages[0]

    def onward(self) -> Stage | None:
        """The stage after dispatching, where rules can do that: whose it is there, the flow does not say itself."""
        after = self.definition.flow.stage(self.stage.next[0])
        if self.stage.kind != "dispatch" or after is None or after.who.kind != "assigned":
            return None
        return after

    async def given(self) -> Placement:
        """Somebody has said who is to have it."""
        person = self.staff.person(self.ticket.assignee_id)
        if person is None:
            return await self.by_stage(anew=False)
        return await self._person(person, self.ticket.department_id)

    async def by_stage(self, *, anew: bool) -> Placement:
        stage = self.stage
        said: tuple[Step, ...] = ()
        if anew and (stage.who.kind == "assigned" or self.onward() is not None):
            placement, said = await self._ruled()
            if placement is not None:
                return placement
        match stage.who.kind:
            case "assigned":
                return self._dispatchers(*said) if anew else await self._keep()
            case "dispatchers":
                return self._dispatchers(*(said or (reasons.stage(stage.name, "分派人员"),)))
            case "leader":
                return await self._leader(stage, *said)
            case "department":
                return await self._department(stage, *said)
            case "persons":
                return await self._persons(stage, *said)
            case "role":
                who = reasons.stage(stage.name, _ROLES.get(stage.who.role or "", "有权限的人员"))
                return Placement(self.ticket.department_id, None, (*said, who))

    async def _ruled(self) -> tuple[Placement | None, tuple[Step, ...]]:
        """Where a rule sends it; None and what was looked at, where none does."""
        case = case_of(
            self.ticket,
            allowed=self.definition.department_ids,
            refused=await refusals(self.uow.session, self.ticket.id),
        )
        fit = first_fitting(case, self.settings.as_rules(), self.staff)
        if fit.rule is None or fit.to is None:
            return None, fit.steps
        if isinstance(fit.to, Person):
            return await self._person(fit.to, None, *fit.steps, by_rule=True), fit.steps
        to = await self._within(fit.to, fit.rule.strategy, *fit.steps, by_rule=True)
        return to, fit.steps

    # ---- to whom ---------------------------------------------------------------------------------

    def _dispatchers(self, *said: Step) -> Placement:
        """To the one who dispatches, or who stands in for him; where there is none, to all who may."""
        chosen = self.settings.dispatcher
        person = stand_in(chosen, self.staff).person if chosen is not None else None
        if person is None or not person.dispatches:
            lost = () if chosen is None or chosen in self.staff.people else (reasons.gone(""),)
            return Placement(None, None, (*said, *lost, reasons.dispatcher("")))
        return Placement(None, person.id, (*said, reasons.dispatcher(person.name)))

    async def _keep(self) -> Placement:
        department = self.ticket.department_id
        if self.ticket.assignee_id is None:
            return await self._department_or_rules()
        person = self.staff.person(self.ticket.assignee_id)
        if person is None:
            return await self._department_or_rules(reasons.gone(""))
        said = reasons.kept(self.staff.department_name(department), person.name)
        return await self._person(person, department, said)

    async def _department_or_rules(self, *said: Step) -> Placement:
        """One of the department that has it; as the rules say, where that is no more."""
        department = self.staff.department(self.ticket.department_id)
        if department is not None:
            return await self._within(department, self.settings.strategy, *said)
        placement, steps = await self._ruled()
        if placement is None:
            return self._dispatchers(*said, *steps)
        return replace(placement, why=(*said, *placement.why))

    async def _person(
        self, meant: Person, department_id: str | None, *said: Step, by_rule: bool = False
    ) -> Placement:
        """To somebody, or to whoever stands in; where nobody does, to anybody of the department."""
        found = stand_in(meant.id, self.staff)
        names = [self.staff.name_of(each) for each in found.chain]
        department = department_id or meant.department_id
        # Nobody reviews what he wrote himself, in nobody's place.
        own = self.stage.kind == "review" and found.chain[-1] == self.ticket.handler_id
        if found.person is not None and not (own and len(names) > 1):
            away = (reasons.away(names[:-1], found.person.name),) if len(names) > 1 else ()
            return Placement(department, found.person.id, (*said, *away), by_rule)
        nobody = reasons.away_nobody(names, circle=found.circle)
        if department is None:
            return self._dispatchers(*said, nobody)
        return Placement(department, None, (*said, nobody), by_rule)

    async def _within(
        self, department: Department, strategy: Strategy, *said: Step, by_rule: bool = False
    ) -> Placement:
        people = present(department.id, self.staff)
        if not people:
            takes = self.staff.has_program(department.id)
            nobody = reasons.anybody if takes else reasons.everybody_away
            return Placement(department.id, None, (*said, nobody(department.name)), by_rule)
        chosen, why = await choose(self.uow, department.id, people, strategy)
        last = why or reasons.anybody(department.name)
        return Placement(department.id, chosen, (*said, last), by_rule)

    # ---- by the flow -----------------------------------------------------------------------------

    async def _leader(self, stage: Stage, *said: Step) -> Placement:
        """Who leads the ticket's department, or the nearest above whose leader did not write the answer himself."""
        for each in self.staff.upwards(self.ticket.department_id):
            department = self.staff.departments[each]
            leader = self.staff.person(department.leader_id)
            if leader is not None and leader.id != self.ticket.handler_id:
                who = reasons.stage(stage.name, f"{department.name}负责人")
                return await self._person(leader, self.ticket.department_id, *said, who)
        return self._stage_gone(stage, "部门负责人", *said)

    async def _department(self, stage: Stage, *said: Step) -> Placement:
        department = self.staff.department(stage.who.department_id)
        if department is None:
            return self._stage_gone(stage, "指定的部门", *said)
        who = reasons.stage(stage.name, department.name)
        return await self._within(department, self.settings.strategy, *said, who)

    async def _persons(self, stage: Stage, *said: Step) -> Placement:
        """One named: he or who stands in. Several: whoever of them accepts it first."""
        keys = stage.who.account_ids
        known = [each for key in keys if (each := self.staff.person(key)) is not None]
        if not known:
            return self._stage_gone(stage, "指定的人员", *said)
        who = reasons.stage(stage.name, "、".join(each.name for each in known))
        if len(known) == 1:
            return await self._person(known[0], self.ticket.department_id, *said, who)
        return Placement(self.ticket.department_id, None, (*said, who))

    def _stage_gone(self, stage: Stage, who: str, *said: Step) -> Placement:
        """Whom the flow names is not there: whoever dispatches sees to it; it stays with its department."""
        to = self._dispatchers(*said, reasons.stage_gone(stage.name, who))
        return replace(to, department_id=self.ticket.department_id)


_ROLES = {"supervisor": "班长", "admin": "管理员"}
