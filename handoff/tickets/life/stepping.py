"""Takes one step with a ticket inside a transaction. The one way for everybody who changes a ticket.

The status table says what is possible, the flow who may, effects.py what changes; here it is put together and written
down, and whoever waits for it is told: deadlines, the outbox of the telling.
"""

from __future__ import annotations

from typing import Any

from core.auth.actor import Actor
from core.errors import BangbanError, Conflict, InvalidInput, PermissionDenied
from core.unit_of_work import UnitOfWork
from handoff.tickets import files, repository
from handoff.tickets.access import departments_of, hand_to
from handoff.tickets.deadlines.service import moved
from handoff.tickets.history import last_of, record
from handoff.tickets.life import effects, flow
from handoff.tickets.life.case import Case, Done
from handoff.tickets.life.flow import Refusal
from handoff.tickets.life.notifying import notify
from handoff.tickets.life.placing import settle
from handoff.tickets.life.telling_due import TOLD, arm
from handoff.tickets.life.who import By, Citizen, account_of, may_at_all, person_for, signature
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket
from handoff.tickets.status import QUIET, TicketStatus, TicketStep, next_status
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import of_ticket

# Steps that need words: whoever reads the history later must find out why.
REASONED = {
    TicketStep.RETURN: "请写明退回原因。",
    TicketStep.COMMENT: "请写明办理情况。",
    TicketStep.REPLY: "请写明要告诉市民的内容。",
    TicketStep.ASK: "请写明要市民补充什么。",
    TicketStep.SUBMIT: "请写明拟答复内容。",
    TicketStep.SEND_BACK: "请写明退回修改的原因。",
    TicketStep.RESOLVE: "请写明答复内容。",
    TicketStep.FOLLOW_UP: "请写明回访情况。",
    TicketStep.REOPEN: "请写明重新办理的原因。",
    TicketStep.WITHDRAW: "请写明撤销原因。",
    TicketStep.MERGE: "请写明合并的原因。",
}
# A citizen need not explain himself.
_CITIZEN_NEEDS = {TicketStep.REMARK: "请写明要补充的内容。"}
# After these the ticket is no more in front of whoever took them.
_PASSING = frozenset(
    {
        TicketStep.URGE, TicketStep.COMMENT, TicketStep.LINK, TicketStep.UNLINK, TicketStep.FOLLOW_UP,
    }
)  # fmt: skip
# What the citizen reads together with the words.
_FOR_CITIZEN = frozenset({TicketStep.REPLY, TicketStep.ASK, TicketStep.RESOLVE})


class TicketChanged(Conflict):
    """Somebody else was quicker. Details: `version` now, `by` whom, `step` what they did."""

    code = "ticket_changed"


class NotYourTurn(PermissionDenied):
    code, default_message = (
        "ticket_not_your_turn",
        "这张工单现在不由您办理。需要您来办的，请先受理。",
    )


class NotYours(PermissionDenied):
    code, default_message = "ticket_not_yours", "您不能对这张工单做这一步。"


class OwnDraft(PermissionDenied):
    code, default_message = "ticket_own_draft", "答复是您写的，要由别人审核。"


class WrongStage(Conflict):
    code, default_message = "ticket_wrong_stage", "现在的环节不能这样做。"


class ReviewNeeded(Conflict):
    code, default_message = "ticket_review_needed", "答复还要经过下一个环节，请提交，不能直接办结。"


class Forgotten(Conflict):
    code = "ticket_forgotten"
    default_message = "这张工单的保存期限已过，个人信息已清除，不能再办理。"


class AlreadyYours(Conflict):
    code, default_message = "ticket_already_yours", "这张工单已经在您手里。"


_REFUSALS: dict[Refusal, type[BangbanError]] = {
    Refusal.NOT_YOUR_TURN: NotYourTurn,
    Refusal.NOT_YOURS: NotYours,
    Refusal.OWN_DRAFT: OwnDraft,
    Refusal.WRONG_STAGE: WrongStage,
    Refusal.REVIEW_NEEDED: ReviewNeeded,
    Refusal.ALREADY_YOURS: AlreadyYours,
}


async def lock(uow: UnitOfWork, ticket_id: str, other_id: str | None = None) -> Ticket | None:
    """The ticket for a step, and the other one where it is about two: in the order of their ids, so that no two wait
    in a circle. None where there is no such ticket."""
    ids = sorted({ticket_id, *([other_id] if other_id else [])})
    found = {each: await repository.ticket_for_update(uow.session, each) for each in ids}
    return found[ticket_id]


async def step(
    uow: UnitOfWork, ticket: Ticket, step: TicketStep, wanted: StepWrite, by: By
) -> None:
    """One step with `ticket`, which the caller has locked (`lock`) and may see.

    Raises IllegalTransition, TicketChanged when somebody stepped since `wanted.version`, one of the refusals above,
    InvalidInput for what is missing, and what effects.py says.
    """
    if wanted.version is not None:
        await _same_version(uow, ticket, wanted.version)
    if ticket.forgotten_at is not None:
        raise Forgotten()
    before = TicketStatus(ticket.status)
    after = next_status(before, step)
    type_ = await of_ticket(uow.session, ticket)
    stage = flow.stage_of(type_.definition.flow, ticket)
    person = await person_for(uow.session, by)
    if person is not None:
        refusal = flow.may(step, ticket, stage, person)
        if refusal is not None:
            raise _REFUSALS[refusal]()
    elif not may_at_all(by, step):
        raise NotYours()
    _check_words(step, wanted, by)
    case = Case(uow, ticket, step, wanted, by, person, type_, stage, before, after)
    had = ticket.assignee_id
    done = await effects.apply(case)
    await _write(case, done, had)
    if done.then is not None:
        # What follows by itself from the last review: the answer that was approved is the answer.
        follows = Case(
            uow, ticket, done.then, StepWrite(reason=ticket.draft), by, person, type_, stage,
            TicketStatus(ticket.status), next_status(TicketStatus(ticket.status), done.then),
        )  # fmt: skip
        await _write(follows, await effects.apply(follows), had)


async def _write(case: Case, done: Done, had: str | None) -> None:
    """Put the row in order, write the step down, tell whoever counts on it. `had`: in whose hands it was before."""
    uow, ticket, step = case.uow, case.ticket, case.step
    data: dict[str, Any] = {**case.wanted.data, **done.data}
    type_ = done.type or case.type
    if taken := await _files(case, type_.definition):
        data["files"] = taken
    ticket.status, ticket.updated_at = case.after.value, uow.clock.now()
    if case.after in (TicketStatus.CLOSED, TicketStatus.WITHDRAWN) and case.after != case.before:
        ticket.closed_at = uow.clock.now()
    account = account_of(case.by)
    if account is not None and account in (ticket.assignee_id, ticket.handler_id):
        # Whoever works on it has seen what the citizen added.
        ticket.remarked_at = None
    if account is not None and step not in _PASSING:
        await hand_to(uow, ticket.id, [account])
    have = await settle(uow, ticket, type_, done.turn)
    actor, name = signature(case.by)
    # First, as those who hear of the step are told by when the ticket is due from then on.
    await moved(uow, ticket, step, case.before, type_.definition)
    await record(
        uow, ticket, step, case.before, actor=actor, actor_name=name, reason=case.wanted.reason,
        data=data,
    )  # fmt: skip
    review = flow.stage_of(type_.definition.flow, ticket).kind == "review"
    await notify(uow, ticket, step, by=account, had=had, have=have, review=review)
    if step in TOLD:
        await arm(uow, ticket)


async def _files(case: Case, definition: TicketDefinition) -> list[str]:
    """Those that came with the step, and those that its fields name: what the citizen sees of these, he may open."""
    uow, ticket, wanted = case.uow, case.ticket, case.wanted
    if isinstance(case.by, Citizen):
        if case.by.contact_id is None:
            return []
        return await files.take_up_from_citizen(
            uow, ticket, wanted.file_ids, contact_id=case.by.contact_id
        )
    shown, hidden = files.named_in(definition, wanted.values)
    given = list(wanted.file_ids)
    (shown if case.step in _FOR_CITIZEN else hidden).extend(given)
    by = signature(case.by)[0]
    taken = await files.take_up(uow, ticket, shown, by=by, for_citizen=True)
    rest = [each for each in hidden if each not in taken]
    return [*taken, *await files.take_up(uow, ticket, rest, by=by)]


def _check_words(step: TicketStep, wanted: StepWrite, by: By) -> None:
    needed = _CITIZEN_NEEDS if isinstance(by, Citizen) else REASONED
    if (
        step in needed
        and not wanted.reason.strip()
        and not (isinstance(by, Citizen) and wanted.file_ids)
    ):
        raise InvalidInput(needed[step], field="reason")


async def check_quicker(uow: UnitOfWork, ticket: Ticket, seen: int | None, actor: Actor) -> None:
    """For who no longer sees what he wants to accept: raises TicketChanged if he saw it before somebody took it."""
    if seen is None or ticket.version <= seen or ticket.assignee_id is None:
        return
    last = last_of(await repository.history(uow.session, ticket.id), TicketStep.ACCEPT)
    if last is None or last.version <= seen:
        return
    departments = await departments_of(uow.session, actor)
    if ticket.department_id is None or ticket.department_id in departments:
        await _same_version(uow, ticket, seen)


async def _same_version(uow: UnitOfWork, ticket: Ticket, seen: int) -> None:
    """What happened since then by itself, as a message that went out, changes nothing for anybody."""
    if ticket.version == seen:
        return
    since = [
        row
        for row in await repository.history(uow.session, ticket.id)
        if row.version > seen and row.step not in QUIET
    ]
    if not since and seen < ticket.version:
        return
    last = since[-1] if since else None
    name = last.actor_name if last else ""
    raise TicketChanged(
        f"{name or '其他人'}刚刚处理过这张工单，请看过新的内容再操作。",
        version=ticket.version,
        by=name,
        step=last.step if last else None,
    )
