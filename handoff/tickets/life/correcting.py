"""The steps by which a ticket is put right: another type, whose flow begins anew, or other fields. See effects.py."""

from __future__ import annotations

from typing import Any

from core.conversation.content import printable
from core.errors import InvalidInput
from handoff.tickets.life.case import Case, Done
from handoff.tickets.life.filing import check_type, checked_priority, plain_phone
from handoff.tickets.life.placing import check_review_kept, enter
from handoff.tickets.life.working import split
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import for_filing
from handoff.tickets.types.values import (
    FOR_HANDLERS,
    TicketFieldRefused,
    checked_values,
    sees_no_more,
)


class SameType(InvalidInput):
    code, default_message = "ticket_same_type", "这张工单已经是这个类型。"


async def classify(case: Case) -> Done:
    """Of another type, in its version of today: from the first stage on, and given to whom its rules say."""
    ticket, wanted = case.ticket, case.wanted
    if not wanted.type:
        raise InvalidInput("请选择工单类型。", field="type")
    type_ = await for_filing(case.uow.session, wanted.type)
    check_type(case.by, type_.id)
    if type_.id == ticket.type:
        raise SameType(field="type")
    onward = type_.definition.flow
    check_review_kept(case, onward, onward.stages[0])
    before = {"from_type": ticket.type, "from_stage": ticket.stage, "from": ticket.assignee_id}
    ticket.fields = _carried(case, type_.definition)
    definition = type_.definition
    kept = ticket.priority if ticket.priority in definition.priorities else definition.priority
    ticket.priority = checked_priority(definition, wanted.priority) if wanted.priority else kept
    ticket.type, ticket.type_version = type_.id, type_.version
    ticket.stage, ticket.draft = definition.flow.stages[0].key, ""
    ticket.department_id = ticket.assignee_id = ticket.handler_id = None
    changed = _plain_columns(case)
    placed = await enter(case.uow, ticket, type_, case.step)
    return Done({**before, "to_type": type_.id, **changed, **placed}, type=type_)


def _carried(case: Case, definition: TicketDefinition) -> dict[str, Any]:
    """Values whose keys the new type has too, where they fit and nobody more sees them; the others stay readable under
    their names, by those who could read them. Files are the ticket's whatever becomes of their field."""
    known, beside = split(case.type.definition, case.ticket)
    before = {field.key: field for field in case.type.definition.fields}
    after = {field.key: field for field in definition.fields}
    carried: dict[str, Any] = {}
    for key, value in known.items():
        try:
            if key in after and sees_no_more(before[key], after[key]):
                carried |= checked_values(definition, {key: value}, by="staff", complete=False)
                continue
        except TicketFieldRefused:
            pass
        if before[key].kind != "file":
            hidden = before[key].visible == "handlers"
            beside[f"{FOR_HANDLERS if hidden else ''}{before[key].name}"] = in_words(value)
    carried |= checked_values(definition, case.wanted.values, by="staff", complete=False)
    return {**beside, **carried}


async def revise(case: Case) -> Done:
    """Title, fields, citizen, priority, business, region: only what was given changes."""
    ticket, wanted = case.ticket, case.wanted
    data: dict[str, Any] = _plain_columns(case)
    if wanted.priority is not None:
        priority = checked_priority(case.type.definition, wanted.priority)
        if priority != ticket.priority:
            data["priority"] = [ticket.priority, priority]
        ticket.priority = priority
    changed = [
        name
        for name, value in (
            ("title", wanted.title), ("citizen_name", wanted.citizen_name),
            ("citizen_phone", wanted.citizen_phone),
        )
        if value is not None and _set(ticket, name, value)
    ]  # fmt: skip
    if wanted.values:
        known, beside = split(case.type.definition, ticket)
        emptied = {key for key, value in wanted.values.items() if value in (None, "", [], {})}
        checked = checked_values(case.type.definition, wanted.values, by="staff", complete=False)
        merged = {key: value for key, value in {**known, **checked}.items() if key not in emptied}
        changed += [key for key in wanted.values if merged.get(key) != known.get(key)]
        ticket.fields = {**beside, **merged}
    if changed:
        data["changed"] = changed
    if not data:
        raise InvalidInput("没有需要修改的内容。", field="values")
    return Done(data)


def _set(ticket: Any, name: str, value: str) -> bool:
    text = plain_phone(value) if name == "citizen_phone" else printable(value).strip()
    if name == "title" and not text:
        raise InvalidInput("标题不能为空。", field="title")
    if getattr(ticket, name) == text:
        return False
    setattr(ticket, name, text)
    return True


def _plain_columns(case: Case) -> dict[str, Any]:
    """Business and region, where given: what they were and what they are."""
    data: dict[str, Any] = {}
    for name in ("business", "region"):
        value = getattr(case.wanted, name)
        if value is not None and (value or None) != getattr(case.ticket, name):
            data[name] = [getattr(case.ticket, name), value or None]
            setattr(case.ticket, name, value or None)
    return data


def in_words(value: Any) -> str:
    """A value as a plain text, for where its field is no more."""
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    return str(value)
