"""What is wrong with edited rules beyond their types: groups, inboxes, lists, texts. For saving and for trying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.inboxes import all_inboxes
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork
from handoff.agents import repository as agents
from handoff.rules.book import RulesConfig
from handoff.rules.policy import BUSINESS_PLACE
from handoff.rules.settings import KeywordSettings, RuleSettings, Scope
from handoff.rules.wording import normalise

MOST_WORDS, LONGEST_WORD = 200, 20
# Verbs stand beside a person (转 + 人工); a single character by itself would fire everywhere.
_SHORT_WORDS = ("strict_verbs", "verbs")
LONGEST_TEXT = 300
MOST_LINES, MOST_NAMES, LONGEST_NAME = 50, 100, 64
MOST_IN_A_ROW, MOST_MINUTES, LONGEST_SHORTEST = 20, 24 * 60, 50
_PLACE = re.compile(r"\{[^{}]*\}?|\}")


class RuleRefused(InvalidInput):
    """A rule that cannot work as it is. Details: `field`, its way in the document (rules.keyword.group_id)."""

    code, default_message = "rule_refused", "这条规则不能这样设置。"


async def check_rules(uow: UnitOfWork, config: RulesConfig) -> None:
    """Raises RuleRefused for the first thing that is wrong."""
    await check(uow.session, config.rules)


async def check(session: AsyncSession, rules: RuleSettings) -> None:
    """As `check_rules`, before anything is saved."""
    for name, scope in _scopes(rules):
        _text(scope.text, f"{name}.text")
    _lists(rules)
    _numbers(rules)
    known = {inbox.id for inbox in await all_inboxes(session)}
    for name, scope in _scopes(rules):
        for inbox_id in scope.inboxes:
            if inbox_id not in known:
                raise RuleRefused(f"没有接入点“{inbox_id}”。", field=f"{name}.inboxes")
    members = await agents.members(session)
    names = {group.id: group.name for group in await agents.groups(session)}
    for field, group_id in _groups(rules):
        if group_id not in names:
            raise RuleRefused("所选的技能组不存在，可能刚被删除，请重新选择。", field=field)
        if not members.get(group_id):
            raise RuleRefused(f"技能组“{names[group_id]}”还没有成员，转过去没人接。", field=field)


def _scopes(rules: RuleSettings) -> Iterator[tuple[str, Scope]]:
    for each in fields(rules):
        yield f"rules.{each.name}", getattr(rules, each.name)


def _groups(rules: RuleSettings) -> Iterator[tuple[str, str]]:
    """Every group that is named, with where it is."""
    named: list[tuple[str, str | None]] = [
        *((f"{name}.group_id", scope.group_id) for name, scope in _scopes(rules)),
        *(
            (f"rules.understood.reasons.{name}.group_id", reason.group_id)
            for name, reason in rules.understood.reasons.items()
        ),
        *(
            (f"rules.business.lines.{n}.group_id", line.group_id)
            for n, line in enumerate(rules.business.lines)
        ),
    ]
    for field, group_id in named:
        if group_id is not None:
            yield field, group_id


def _lists(rules: RuleSettings) -> None:
    for each in fields(KeywordSettings):
        words = getattr(rules.keyword, each.name)
        if isinstance(words, tuple) and each.name != "inboxes":
            _words(words, f"rules.keyword.{each.name}", 1 if each.name in _SHORT_WORDS else 2)
    _names(rules.customer_group.groups, "rules.customer_group.groups")
    _names(rules.customer_group.tags, "rules.customer_group.tags")
    lines = rules.business.lines
    if len(lines) > MOST_LINES:
        raise RuleRefused(f"业务最多 {MOST_LINES} 条。", field="rules.business.lines")
    for n, line in enumerate(lines):
        where = f"rules.business.lines.{n}"
        _names([line.business], f"{where}.business")
        _names(line.intents, f"{where}.intents")
        _text(line.text, f"{where}.text")
        if any(line.business == other.business for other in lines[:n]):
            raise RuleRefused(f"业务“{line.business}”出现了两次。", field=f"{where}.business")
    _names(list(rules.understood.reasons), "rules.understood.reasons")
    for name, reason in rules.understood.reasons.items():
        _text(reason.text, f"rules.understood.reasons.{name}.text")
        _names(
            [reason.category] if reason.category else [],
            f"rules.understood.reasons.{name}.category",
        )


def _words(words: Sequence[str], field: str, shortest: int) -> None:
    if len(words) > MOST_WORDS:
        raise RuleRefused(f"一组最多 {MOST_WORDS} 个词。", field=field)
    for word in words:
        if not shortest <= len(word) <= LONGEST_WORD or word != normalise(word):
            raise RuleRefused(
                f"“{word[:LONGEST_WORD]}”不能用作关键词：要 {shortest} 到 {LONGEST_WORD} 个字，"
                "用半角、小写，不含空格。",
                field=field,
            )


def _names(names: Sequence[str], field: str) -> None:
    if len(names) > MOST_NAMES:
        raise RuleRefused(f"一组最多 {MOST_NAMES} 项。", field=field)
    if any(not 1 <= len(name) <= LONGEST_NAME or name != name.strip() for name in names):
        raise RuleRefused(f"不能为空，最多 {LONGEST_NAME} 个字，前后不留空格。", field=field)


def _text(text: str, field: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise RuleRefused(f"给市民的话最多 {LONGEST_TEXT} 个字。", field=field)
    strange = next((at for at in _PLACE.findall(text) if at != BUSINESS_PLACE), None)
    if strange is not None:
        raise RuleRefused(f"“{strange}”不会被替换；只能用 {BUSINESS_PLACE}。", field=field)


def _numbers(rules: RuleSettings) -> None:
    for value, most, field in (
        (rules.unknown.in_a_row, MOST_IN_A_ROW, "unknown.in_a_row"),
        (rules.bot_down.in_a_row, MOST_IN_A_ROW, "bot_down.in_a_row"),
        (rules.repeated.times, MOST_IN_A_ROW, "repeated.times"),
        (rules.repeated.within_minutes, MOST_MINUTES, "repeated.within_minutes"),
        (rules.repeated.shortest, LONGEST_SHORTEST, "repeated.shortest"),
    ):
        if value > most:
            raise RuleRefused(f"不能大于 {most}。", field=f"rules.{field}")
