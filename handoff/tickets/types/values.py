"""What may be filled into a ticket's own fields, and who is shown what of it. Pure; called by filing and reading.

Stored under the keys of the fields, in the shapes that definition.py names. What is stored under other keys comes
from before a field was taken away, or from a bot that asked more: people at the desk see it under that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from core.conversation.content import printable
from core.errors import InvalidInput
from core.masked_numbers import covered
from core.masking import each, plain_char
from core.sms.phones import PhoneInvalid, masked, mobile
from handoff.tickets.types.definition import FieldKind, TicketDefinition, TicketField

By = Literal["citizen", "staff", "program"]
To = Literal["citizen", "staff", "handlers"]
Value = str | list[str] | dict[str, str]

MOST_FILES = 20
_LENGTHS = {
    "text": 200,
    "long_text": 4000,
    "name": 64,
    "id_number": 32,
    "address": 200,
    "region": 32,
}
_PERSON, _ADDRESS = ("name", "phone", "id_number"), ("text", "region")
_SEEN_BY: dict[To, frozenset[str]] = {
    "citizen": frozenset({"citizen"}),
    "staff": frozenset({"citizen", "staff"}),
    "handlers": frozenset({"citizen", "staff", "handlers"}),
}
# Before the name of what only handlers could see in the type it was filed under, and that now stands beside the fields.
FOR_HANDLERS = "仅办理人可见："
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_FILE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Hotlines and offices have no mobile number.
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()\-]{3,18}[0-9]")


class TicketFieldRefused(InvalidInput):
    """Details: `field`, as fields.<key>."""

    code, default_message = "ticket_field_refused", "填写的内容不符合要求。"


@dataclass(frozen=True)
class ShownValue:
    """A field as somebody may see it. `masked`: a personal number in it is starred."""

    key: str
    name: str
    kind: FieldKind
    value: Value
    masked: bool = False


def asked_of_citizen(field: TicketField) -> bool:
    """Whether its citizen fills it in: what he may not see he is not asked."""
    return field.asked and field.visible == "citizen"


def checked_values(
    definition: TicketDefinition, values: Mapping[str, Any], *, by: By, complete: bool
) -> dict[str, Value]:
    """The values as they are stored; what is empty is left out.

    Citizens fill in what they are asked. Programs may write a field's name for its key. `complete`: what is required
    must be there. Raises TicketFieldRefused.
    """
    fields = {field.key: field for field in definition.fields}
    if by == "program":
        names = {field.name: field.key for field in definition.fields}
        values = {
            key if key in fields else names.get(key, key): value for key, value in values.items()
        }
    checked: dict[str, Value] = {}
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            name = printable(key)[:64]
            raise TicketFieldRefused(f"这类工单没有“{name}”这个字段。", field=f"fields.{name}")
        if by == "citizen" and not asked_of_citizen(field):
            raise _refused(field, "由工作人员填写")
        kept = _checked(field, value)
        if kept:
            checked[key] = kept
    for key, field in fields.items():
        expected = field.required and (by != "citizen" or asked_of_citizen(field))
        if complete and expected and key not in checked:
            raise _refused(field, "必须填写")
    return {key: checked[key] for key in fields if key in checked}


def by_names(
    definition: TicketDefinition, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands under a field's key or name, by its key; and the rest."""
    keys = {field.name: field.key for field in definition.fields}
    keys |= {field.key: field.key for field in definition.fields}
    known = {keys[name]: value for name, value in values.items() if name in keys}
    return known, {name: value for name, value in values.items() if name not in keys}


def shown_values(
    definition: TicketDefinition, values: Mapping[str, Any], *, to: To
) -> list[ShownValue]:
    """What is filled in and may be seen, in the order of the fields; personal numbers starred."""
    shown = [
        _shown(field.key, field.name, field.kind, values[field.key], mask=field.masked)
        for field in definition.fields
        if field.visible in _SEEN_BY[to] and values.get(field.key)
    ]
    if to == "citizen":
        return shown
    own = {field.key for field in definition.fields}
    return shown + [
        _shown(key, key, "text", str(value), mask=True)
        for key, value in values.items()
        if key not in own and value and (to == "handlers" or not key.startswith(FOR_HANDLERS))
    ]


def sees_no_more(before: TicketField, after: TicketField) -> bool:
    """Whether what stood in one field may stand in the other: nobody sees it there who did not before."""
    readers = {to for to, kinds in _SEEN_BY.items() if after.visible in kinds}
    return readers <= {to for to, kinds in _SEEN_BY.items() if before.visible in kinds}


# ---- checking one value ------------------------------------------------------------------------


def _checked(field: TicketField, value: Any) -> Value | None:
    """The value as it is stored; None or empty for nothing."""
    if value is None or value in ("", [], {}):
        return None
    match field.kind:
        case "text" | "long_text":
            return _text(field, value, field.kind)
        case "number":
            return _number(field, value)
        case "date":
            return _date(field, value)
        case "choice":
            chosen = _text(field, value, "text")
            if chosen and chosen not in field.choices:
                raise _refused(field, f"请从这些里选：{'、'.join(field.choices)}")
            return chosen
        case "file":
            return _files(field, value)
        case "person":
            return _person(field, value)
        case "address":
            return _parts(field, value, _ADDRESS, main="text")


def _text(field: TicketField, value: Any, part: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _refused(field, "应当是文字")
    text = printable(str(value)).strip()
    if part != "long_text":
        text = re.sub(r"\s+", " ", text)
    most = _LENGTHS[part]
    if len(text) > most:
        raise _refused(field, f"最多 {most} 个字")
    return text


def _number(field: TicketField, value: Any) -> str:
    """A decimal text: 1200.50. Full-width digits and thousands' commas are understood."""
    plain = each(_text(field, value, "text"), plain_char).replace(",", "").replace("，", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _refused(field, "应当是数字") from None
    if not number.is_finite() or number.adjusted() > 15 or len(number.as_tuple().digits) > 20:
        raise _refused(field, "数字太大了" if number.is_finite() else "应当是数字")
    return f"{number:f}"


def _date(field: TicketField, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    found = _DAY.fullmatch(each(_text(field, value, "text"), plain_char))
    try:
        if found is None:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        raise _refused(field, "应当是日期，例如 2026-11-23") from None


def _files(field: TicketField, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and _FILE_ID.fullmatch(one) for one in value
    ):
        raise _refused(field, "应当是上传的文件")
    if len(value) > MOST_FILES:
        raise _refused(field, f"最多 {MOST_FILES} 个文件")
    return list(dict.fromkeys(value))


def _person(field: TicketField, value: Any) -> dict[str, str] | None:
    person = _parts(field, value, _PERSON, main="name")
    if person and "phone" in person:
        person["phone"] = _phone(field, person["phone"])
    return person


def _phone(field: TicketField, text: str) -> str:
    try:
        return mobile(text)
    except PhoneInvalid:
        plain = each(text, plain_char)
        if _TELEPHONE.fullmatch(plain):
            return plain
        raise _refused(field, "电话号码不对") from None


def _parts(
    field: TicketField, value: Any, parts: tuple[str, ...], *, main: str
) -> dict[str, str] | None:
    """A value of several parts; a plain text is its `main` one, which must be there."""
    given = value if isinstance(value, Mapping) else {main: value}
    if not set(given) <= set(parts):
        raise _refused(field, "内容的格式不对")
    lengths = {"text": "address", "phone": "id_number"}
    texts = {
        part: _text(field, given[part], lengths.get(part, part))
        for part in parts
        if given.get(part) not in (None, "")
    }
    kept = {part: text for part, text in texts.items() if text}
    if kept and main not in kept:
        raise _refused(field, "请填写姓名" if main == "name" else "请填写地址")
    return kept or None


def _refused(field: TicketField, why: str) -> TicketFieldRefused:
    return TicketFieldRefused(f"“{field.name}”{why}。", field=f"fields.{field.key}")


# ---- showing one value -------------------------------------------------------------------------


def _shown(key: str, name: str, kind: FieldKind, value: Any, *, mask: bool) -> ShownValue:
    if kind in ("date", "choice", "file") or not mask:
        return ShownValue(key, name, kind, value)
    if isinstance(value, Mapping):
        parts = {part: _covered_part(part, str(text)) for part, text in value.items()}
        return ShownValue(key, name, kind, parts, parts != dict(value))
    text = covered(str(value))
    return ShownValue(key, name, kind, text, text != value)


def _covered_part(part: str, text: str) -> str:
    """A phone and a document are starred however they look: people write them in many ways."""
    if part == "phone":
        starred = masked(text)
        return starred if starred != text else _middle(text)
    if part == "id_number":
        return _middle(text)
    return covered(text)


def _middle(text: str) -> str:
    shown = min(4, len(text) // 4)
    return f"{text[:shown]}{'*' * (len(text) - 2 * shown)}{text[len(text) - shown :]}"
