"""Looks at the rows of a spreadsheet before anything is filed: each becomes a filing, or says what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account, Department
from core.conversation.content import printable
from core.errors import BangbanError
from core.sheets import SheetUnreadable, read_lines
from core.validation import reason
from handoff.tickets.importing.columns import (
    ASSIGNEE,
    COMMON,
    DEPARTMENT,
    EXTERNAL,
    PRIORITY,
    PRIORITY_KEYS,
    TYPE,
    columns_of,
    repeated_columns,
    unknown_columns,
    values_of,
)
from handoff.tickets.importing.schemas import ImportedTicket, RefusedRow
from handoff.tickets.life import flow
from handoff.tickets.life.assigning_by_hand import check_filer, target_of
from handoff.tickets.life.filing import Filing, checked_priority
from handoff.tickets.life.who import By, person_for
from handoff.tickets.models import Ticket
from handoff.tickets.schemas import TicketCreate
from handoff.tickets.types.reading import LoadedType, all_types
from handoff.tickets.types.values import checked_values

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 1000
_MOST_COLUMNS = 120
SOURCE = "import"
MOST_EXTERNAL = 128


class _Wrong(Exception):
    """What is wrong with a row: in which columns, and why."""

    def __init__(self, *found: tuple[str, str]) -> None:
        super().__init__()
        self.found = found


@dataclass(frozen=True, repr=False)
class Row:
    """A line below the head, by the names of its columns. `number` as the spreadsheet counts."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class Checked:
    """`good`: what can be filed, by row. `known`: what an earlier import has filed."""

    rows: int
    good: list[tuple[int, Filing]] = field(default_factory=list)
    known: list[ImportedTicket] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def read(data: bytes) -> list[Row]:
    """The rows of the first sheet. Raises SheetUnreadable. CPU work: call it in a thread."""
    (_, head), *lines = read_lines(data, most=MAX_ROWS, columns=_MOST_COLUMNS)
    names = [name.rstrip("*＊ ") for name in head]
    repeated = repeated_columns(names)
    if repeated:
        raise SheetUnreadable.because(
            f"第一行有重名的列：{'、'.join(repeated)}。", "columns_repeated"
        )
    return [
        Row(number, {name: cell for name, cell in zip(names, line, strict=False) if name or cell})
        for number, line in lines
    ]


async def check(
    session: AsyncSession, rows: Sequence[Row], by: By, type_id: str | None = None
) -> Checked:
    """`type_id`: of rows that do not name theirs. Raises SheetUnreadable for columns that no type has."""
    types = {each.id: each for each in await all_types(session)}
    columns = list(dict.fromkeys(name for row in rows for name in row.cells))
    unknown = unknown_columns(columns, (each.definition for each in types.values()))
    if unknown:
        raise SheetUnreadable.because(
            f"第一行有不认识的列：{'、'.join(name[:32] for name in unknown[:10])}。",
            "columns_unknown",
        )
    checked = Checked(len(rows))
    before = await _known(session, [external_id(row) for row in rows])
    seen: dict[str, int] = {}
    people = await _People.read(session)
    for row in rows:
        id_ = external_id(row)
        if id_ in before:
            known = before[id_]
            checked.known.append(ImportedTicket(row=row.number, id=known.id, number=known.number))
            continue
        try:
            if len(id_) > MOST_EXTERNAL:
                raise _Wrong((EXTERNAL, f"最多 {MOST_EXTERNAL} 个字。"))
            if id_ in seen:
                column = EXTERNAL if row.cells.get(EXTERNAL) else ""
                raise _Wrong((column, f"和第 {seen[id_]} 行重复。"))
            filing = await _filing(session, row, by, types, type_id, people)
        except _Wrong as wrong:
            checked.refused.extend(
                RefusedRow(row=row.number, column=column, message=message)
                for column, message in wrong.found
            )
        else:
            checked.good.append((row.number, replace(filing, external_id=id_)))
        seen.setdefault(id_, row.number)
    return checked


def external_id(row: Row) -> str:
    """What a row is called where it comes from; without a name its content is its name, so that a repeat is known."""
    given = printable(row.cells.get(EXTERNAL, "")).strip()
    if given:
        return given
    content = "\x1f".join(f"{name}\x1e{cell}" for name, cell in sorted(row.cells.items()) if cell)
    return f"row:{hashlib.sha256(content.encode()).hexdigest()[:40]}"


async def _known(session: AsyncSession, ids: Sequence[str]) -> dict[str, Ticket]:
    query = select(Ticket).where(Ticket.source == SOURCE, Ticket.external_id.in_(set(ids)))
    return {str(ticket.external_id): ticket for ticket in await session.scalars(query)}


@dataclass(frozen=True)
class _People:
    """Departments by name, accounts by login."""

    departments: dict[str, str]
    accounts: dict[str, str]

    @classmethod
    async def read(cls, session: AsyncSession) -> _People:
        departments = await session.execute(select(Department.name, Department.id))
        accounts = await session.execute(select(Account.login, Account.id))
        return cls(
            {row.name: row.id for row in departments}, {row.login: row.id for row in accounts}
        )


async def _filing(
    session: AsyncSession,
    row: Row,
    by: By,
    types: Mapping[str, LoadedType],
    type_id: str | None,
    people: _People,
) -> Filing:
    type_ = _type(row, types, type_id)
    values, strange = values_of(type_.definition, row.cells)
    sent, found = _sent(row, people)
    wanted, more = _wanted(type_, sent)
    found += [
        *more,
        *((name, f"“{type_.definition.name}”没有这一项，请清空或改类型。") for name in strange),
        *_of_values(type_, values),
    ]
    if found or wanted is None:
        raise _Wrong(*found)
    try:
        checked_priority(type_.definition, wanted.priority)
    except BangbanError as error:
        found.append((PRIORITY, error.message))
    try:
        await _check_place(session, type_, by, wanted)
    except BangbanError as error:
        found.append((ASSIGNEE if wanted.assignee_id else DEPARTMENT, error.message))
    if found:
        raise _Wrong(*found)
    # A file does not fit into a cell; what is required besides has just been looked at.
    files = any(each.required and each.kind == "file" for each in type_.definition.fields)
    return Filing(
        type=type_.id, title=wanted.title, description=wanted.description, by=by, source="import",
        complete=not files,
        values=values, priority=wanted.priority, business=wanted.business, region=wanted.region,
        citizen_name=wanted.citizen_name, citizen_phone=wanted.citizen_phone,
        department_id=wanted.department_id, assignee_id=wanted.assignee_id,
    )  # fmt: skip


def _type(row: Row, types: Mapping[str, LoadedType], type_id: str | None) -> LoadedType:
    wanted = row.cells.get(TYPE) or type_id
    if not wanted:
        raise _Wrong((TYPE, "请填写工单类型。"))
    named = [each for each in types.values() if each.definition.name == wanted]
    found = types.get(wanted) or min(named, key=lambda each: not each.active, default=None)
    if found is None:
        raise _Wrong((TYPE, "没有这种工单类型。"))
    if not found.active:
        raise _Wrong((TYPE, "这种工单类型已经停用。"))
    return found


def _sent(row: Row, people: _People) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What every ticket has, as the desk's form would send it; names that nobody has."""
    sent: dict[str, Any] = {
        key: row.cells.get(name, "") for name, key in COMMON.items() if name != EXTERNAL
    }
    found = []
    for name, known, what in (
        (PRIORITY, PRIORITY_KEYS, "紧急程度"), (DEPARTMENT, people.departments, "部门"),
        (ASSIGNEE, people.accounts, "登录名"),
    ):  # fmt: skip
        cell = sent[COMMON[name]]
        sent[COMMON[name]] = known.get(cell)
        if cell and cell not in known:
            found.append((name, f"没有这个{what}。"))
    return sent, found


def _wanted(
    type_: LoadedType, sent: dict[str, Any]
) -> tuple[TicketCreate | None, list[tuple[str, str]]]:
    names = {key: name for name, key in COMMON.items()}
    optional = {"business": sent["business"] or None, "region": sent["region"] or None}
    try:
        return TicketCreate.model_validate({**sent, **optional, "type": type_.id}), []
    except ValidationError as errors:
        found = {names.get(str(error["loc"][0]), ""): reason(error) for error in errors.errors()}
        return None, [(column, f"{why}。") for column, why in found.items()]


def _of_values(type_: LoadedType, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each of the type's fields by itself, so that all that is wrong is told at once."""
    found = []
    for one in type_.definition.fields:
        given = {key: value for key, value in values.items() if key == one.key}
        alone = type_.definition.model_copy(update={"fields": [one]})
        try:
            checked_values(alone, given, by="program", complete=one.kind != "file")
        except BangbanError as error:
            columns = columns_of(alone)[len(COMMON) :]
            found.append((columns[0].name if columns else one.name, error.message))
    return found


async def _check_place(
    session: AsyncSession, type_: LoadedType, by: By, wanted: TicketCreate
) -> None:
    """As filing will: department and person fit the type and each other, and `by` may say so."""
    if wanted.department_id is None and wanted.assignee_id is None:
        return
    begun = Ticket(stage=type_.definition.flow.stages[0].key)
    target = await target_of(session, begun, type_, wanted.department_id, wanted.assignee_id)
    person = await person_for(session, by)
    check_filer(flow.stage_of(type_.definition.flow, begun), person, target)
