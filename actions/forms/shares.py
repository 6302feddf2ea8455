"""Adds what husband and wife each have where one figure is asked for: 我8万她5万 is 13万. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from actions.forms.fields import Entity

_PERSON = r"(?:我|她|他|老婆|老公|爱人|对象|妻子|丈夫|媳妇|配偶)"
# Between two shares stands who has the second and nothing that names another thing (我8万，月收入2万).
_BETWEEN = re.compile(
    rf"[\s,，、;；]*(?:(?:和|加上|还有|再加)?(?:我|你)?{_PERSON}(?:那边|那里|自己)?(?:的|也|是|有|大概|大约)*|\+|加上?)"
)
# Behind the second share nothing may say what it is of (余额8万，我2万月收入).
_BEHIND = re.compile(r"(?:左右|上下|吧|呢|的|啊|多|不到|样子)*(?:$|[\s,，、。.;；!！?？+和加])")
# Smaller plain numbers are ages and places in a list.
_LEAST_SUM = 500


def with_shares_added(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The values of a message, neighbouring shares made one."""
    found: list[Entity] = []
    end = 0
    for entity in sorted(entities, key=lambda e: e.start):
        before = found[-1] if found else None
        if (
            before is not None
            and _is_sum(before)
            and _is_sum(entity)
            and before.kind == entity.kind
            and _BETWEEN.fullmatch(text[end : entity.start])
            and _BEHIND.match(text, entity.end)
        ):
            # The words between may answer a question of their own (老婆).
            found[-1] = replace(before, value=_added(before, entity))
            end = entity.end
        else:
            found.append(entity)
            end = entity.end
    return tuple(found)


def _is_sum(entity: Entity) -> bool:
    return entity.kind == "amount" or (
        entity.kind == "number" and Decimal(str(entity.value)) >= _LEAST_SUM
    )


def _added(one: Entity, other: Entity) -> Any:
    if one.kind == "amount":
        return int(one.value) + int(other.value)
    return str(Decimal(str(one.value)) + Decimal(str(other.value)))
