"""When each rule fires, but for the repeated question (repetition.py). Pure; policy.py asks them in their order."""

from __future__ import annotations

from typing import Any

from core.conversation.ports import HandOff, HandoffContext, HandoffDecision, Understanding
from handoff.rules.settings import (
    BotDownSettings,
    BusinessSettings,
    CustomerSettings,
    KeywordSettings,
    RuleSettings,
    UnderstoodSettings,
    UnknownSettings,
)
from handoff.rules.wording import declines, find_wish

GUIDED = "guided"
ASKED_FOR_PERSON = "asked_for_person"


def customer(context: HandoffContext, rule: CustomerSettings) -> dict[str, Any] | None:
    """By which group or tag the rule holds for this citizen, as evidence; None: it does not."""
    if not rule.covers(context.inbox_id, on_duty=context.on_duty):
        return None
    if context.customer_group and context.customer_group in rule.groups:
        return {"customer_group": context.customer_group}
    tag = next((tag for tag in context.tags if tag in rule.tags), None)
    return {"tag": tag} if tag is not None else None


def by_keyword(context: HandoffContext, rule: KeywordSettings) -> HandoffDecision | None:
    if not rule.covers(context.inbox_id, on_duty=context.on_duty):
        return None
    wish = find_wish(context.text, rule)
    if wish is None:
        return None
    evidence = {"keyword": wish.keyword, "clause": wish.clause}
    return HandoffDecision("keyword", evidence, text=rule.text)


def by_directive(context: HandoffContext, rules: RuleSettings) -> HandoffDecision | None:
    """Guided and understood: the bot says so, unless the words themselves decline a person."""
    assert context.reply is not None
    for directive in context.reply.directives:
        if not isinstance(directive, HandOff):
            continue
        if directive.reason == GUIDED:
            if rules.guided.covers(context.inbox_id, on_duty=context.on_duty):
                evidence = dict(directive.evidence)
                return HandoffDecision("guided", evidence, directive.category, rules.guided.text)
            continue
        # A classifier that reads bags of words takes 不用转人工 for 转人工.
        if directive.reason == ASKED_FOR_PERSON and declines(context.text, rules.keyword):
            continue
        if not rules.understood.covers(context.inbox_id, on_duty=context.on_duty):
            continue
        decision = _by_reason(directive, context.reply.understanding, rules.understood)
        if decision is not None:
            return decision
    return None


def _by_reason(
    directive: HandOff, understanding: Understanding, rule: UnderstoodSettings
) -> HandoffDecision | None:
    reason = rule.reasons.get(directive.reason)
    if reason is not None and not reason.enabled:
        return None
    evidence = {
        "reason": directive.reason,
        "intent": understanding.intent,
        "confidence": understanding.confidence,
    }
    return HandoffDecision(
        rule="understood",
        evidence={**evidence, **directive.evidence},
        category=directive.category or (reason.category if reason else None),
        text=(reason.text if reason else "") or rule.text,
        group_id=reason.group_id if reason else None,
    )


def by_business(context: HandoffContext, rule: BusinessSettings) -> HandoffDecision | None:
    """What the message is about, by the article that answers it, the task it opens or its intent, is people's."""
    assert context.reply is not None
    if not rule.covers(context.inbox_id, on_duty=context.on_duty):
        return None
    understanding = context.reply.understanding
    for line in rule.lines:
        by_intent = understanding.intent is not None and understanding.intent in line.intents
        if not by_intent and line.business not in (understanding.business or "").split("/"):
            continue
        evidence: dict[str, Any] = {"business": line.business}
        if by_intent:
            evidence |= {"intent": understanding.intent, "confidence": understanding.confidence}
        elif understanding.article_id is not None:
            evidence |= {"article_id": understanding.article_id}
        return HandoffDecision(
            "business", evidence, line.business, line.text or rule.text, line.group_id,
            instead=not rule.answer_first,
        )  # fmt: skip
    return None


def by_bot_down(context: HandoffContext, rule: BotDownSettings) -> HandoffDecision | None:
    """The bot could not serve this message nor those before it."""
    reply = context.reply
    assert reply is not None
    if not rule.covers(context.inbox_id, on_duty=context.on_duty):
        return None
    if not reply.failed or reply.understanding.band == "answer":
        return None
    row = 1
    for turn in reversed(context.history):
        if not turn.failed or turn.band == "answer":
            break
        row += 1
    if row < rule.in_a_row:
        return None
    return HandoffDecision("bot_down", {"in_a_row": row}, text=rule.text)


def by_unknown(context: HandoffContext, rule: UnknownSettings) -> HandoffDecision | None:
    """Unknown answers in a row. An answer or a task breaks the row, a guide does not."""
    assert context.reply is not None
    if not rule.covers(context.inbox_id, on_duty=context.on_duty):
        return None
    if context.reply.understanding.band != "unknown":
        return None
    row = [context.text]
    for turn in reversed(context.history):
        if turn.band == "guide":
            continue
        if turn.band != "unknown":
            break
        row.append(turn.text)
    if len(row) < rule.in_a_row:
        return None
    evidence = {"in_a_row": len(row), "questions": row[::-1]}
    return HandoffDecision("unknown", evidence, text=rule.text)
