"""The columns of a spreadsheet of tickets: what every ticket has, then its type's own fields. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.tickets.types.definition import (
    PRIORITIES,
    FieldKind,
    TicketDefinition,
    TicketField,
)

# Of every ticket, by the name of its column.
TYPE, EXTERNAL = "类型", "外部编号"
DEPARTMENT, ASSIGNEE, PRIORITY = "承办部门", "承办人", "紧急程度"
COMMON = {
    TYPE: "type", EXTERNAL: "external_id", "标题": "title", "内容": "description",
    "市民姓名": "citizen_name", "市民电话": "citizen_phone", PRIORITY: "priority", "业务": "business",
    "地区": "region", DEPARTMENT: "department_id", ASSIGNEE: "assignee_id",
}  # fmt: skip
PRIORITY_KEYS = {name: key for key, name in PRIORITIES.items()} | {key: key for key in PRIORITIES}
_NOTES = {
    TYPE: "工单类型的名称；整个文件是同一类时可以不填",
    EXTERNAL: "原系统里的编号；同一个编号再导入一次不会重复登记",
    "标题": "一句话说明什么事，最多 200 个字",
    "内容": "需要办理的内容",
    "市民姓名": "", "市民电话": "市民凭它查询进度",
    PRIORITY: "", "业务": "", "地区": "",
    DEPARTMENT: "部门的名称；不填就按分派规则",
    ASSIGNEE: "承办人的登录名；不填就按分派规则",
}  # fmt: skip
# Parts of a field that takes more than one cell, by what stands behind the field's name.
_PARTS: dict[FieldKind, dict[str, str]] = {
    "person": {"姓名": "name", "电话": "phone", "证件号": "id_number"},
    "address": {"地址": "text", "地区": "region"},
}
_HOW: dict[FieldKind, str] = {
    "text": "文字，最多 200 个字", "long_text": "文字，可以分行", "number": "数字", "date": "日期，例如 2026-01-31",
    "choice": "从这些里选一个", "person": "", "address": "",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`field` and `part` of the type a cell belongs to; a column of every ticket has no field."""

    name: str
    required: bool = False
    note: str = ""
    field: str | None = None
    part: str | None = None


def columns_of(definition: TicketDefinition) -> list[Column]:
    """Everything a row of this type can hold, in the order of the template. Files cannot stand in a cell."""
    common = [
        Column(name, required=name == "标题", note=_priorities(definition) if name == PRIORITY else _NOTES[name])
        for name in COMMON
    ]  # fmt: skip
    own = [column for field in definition.fields for column in _columns_of(field)]
    return common + [column for column in own if column.name not in COMMON]


def _columns_of(field: TicketField) -> list[Column]:
    if field.kind == "file":
        return []
    how = "；".join(part for part in (_how(field), field.help) if part)
    parts = _PARTS.get(field.kind)
    if parts is None:
        return [Column(field.name, field.required, how, field.key)]
    first = next(iter(parts))
    return [
        Column(f"{field.name}（{name}）", field.required and name == first, how, field.key, part)
        for name, part in parts.items()
    ]


def _how(field: TicketField) -> str:
    choices = f"：{'、'.join(field.choices)}" if field.kind == "choice" else ""
    return _HOW[field.kind] + choices


def _priorities(definition: TicketDefinition) -> str:
    names = "、".join(PRIORITIES[each] for each in definition.priorities)
    return f"从这些里选一个：{names}；不填就是{PRIORITIES[definition.priority]}"


def unknown_columns(head: Iterable[str], definitions: Iterable[TicketDefinition]) -> list[str]:
    """Columns that no type has, once each; a column without a name may hold nothing."""
    known = {column.name for definition in definitions for column in columns_of(definition)}
    return list(dict.fromkeys(name for name in head if name and name not in known | set(COMMON)))


def repeated_columns(head: Sequence[str]) -> list[str]:
    named = [name for name in head if name]
    return list(dict.fromkeys(name for name in named if named.count(name) > 1))


def values_of(
    definition: TicketDefinition, cells: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The cells as values of the type's fields, and the filled columns that the type does not have."""
    columns = {column.name: column for column in columns_of(definition)}
    values: dict[str, Any] = {}
    strange = []
    for name, cell in cells.items():
        column = columns.get(name)
        if not cell or name in COMMON:
            continue
        if column is None or column.field is None:
            strange.append(name)
        elif column.part is None:
            values[column.field] = cell
        else:
            values.setdefault(column.field, {})[column.part] = cell
    return values, strange
