"""The rules in their order. Pure; the engine asks `RulePolicy` before and after each bot turn.

Keywords are looked for before the bot is asked, everything else needs its reply. The citizen's
button is the engine's own knowledge and needs no rule here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.conversation.ports import (
    HandOff,
    HandoffContext,
    HandoffDecision,
    PastTurn,
    Understanding,
)
from handoff.rules.settings import RepeatedSettings, RuleSettings, UnderstoodSettings
from handoff.rules.wording import declines, find_wish, normalise

GUIDED = "guided"
ASKED_FOR_PERSON = "asked_for_person"


class RulePolicy:
    """core.conversation.ports.HandoffPolicy over settings that can be exchanged while running."""

    def __init__(self, settings: RuleSettings | None = None) -> None:
        self.settings = settings or RuleSettings()

    def use(self, settings: RuleSettings) -> None:
        """From now on judge by `settings`."""
        self.settings = settings

    def evaluate(self, context: HandoffContext) -> HandoffDecision | None:
        """The first rule that fires, or None.

        After the reply the order is: what was wished (guided, understood), then what went wrong
        (unknown, repeated), so that agents read the reason nearest to what the citizen wants.
        """
        settings = self.settings
        decision = by_keyword(context, settings)
        if decision is None and context.reply is not None:
            decision = (
                by_directive(context, settings)
                or by_unknown(context, settings)
                or by_repetition(context, settings)
            )
        return decision


def by_keyword(context: HandoffContext, settings: RuleSettings) -> HandoffDecision | None:
    if not settings.keyword.enabled:
        return None
    wish = find_wish(context.text, settings.keyword)
    if wish is None:
        return None
    return HandoffDecision(
        rule="keyword",
        evidence={"keyword": wish.keyword, "clause": wish.clause},
        text=settings.keyword.text,
    )


def by_directive(context: HandoffContext, settings: RuleSettings) -> HandoffDecision | None:
    """Guided and understood: the bot says so, unless the words themselves decline a person."""
    assert context.reply is not None
    for directive in context.reply.directives:
        if not isinstance(directive, HandOff):
            continue
        if directive.reason == GUIDED:
            if settings.guided.enabled:
                return HandoffDecision(
                    rule="guided",
                    evidence=dict(directive.evidence),
                    category=directive.category,
                    text=settings.guided.text,
                )
            continue
        # A classifier that reads bags of words takes 不用转人工 for 转人工.
        if directive.reason == ASKED_FOR_PERSON and declines(context.text, settings.keyword):
            continue
        decision = _by_reason(directive, context.reply.understanding, settings.understood)
        if decision is not None:
            return decision
    return None


def _by_reason(
    directive: HandOff, understanding: Understanding, settings: UnderstoodSettings
) -> HandoffDecision | None:
    reason = settings.reasons.get(directive.reason)
    if not settings.enabled or (reason is not None and not reason.enabled):
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
        text=reason.text if reason else "",
    )


def by_unknown(context: HandoffContext, settings: RuleSettings) -> HandoffDecision | None:
    """Unknown answers in a row. An answer or a task breaks the row, a guide does not."""
    assert context.reply is not None
    if not settings.unknown.enabled or context.reply.understanding.band != "unknown":
        return None
    row = [context.text]
    for turn in reversed(context.history):
        if turn.band == "guide":
            continue
        if turn.band != "unknown":
            break
        row.append(turn.text)
    if len(row) < settings.unknown.in_a_row:
        return None
    return HandoffDecision(
        rule="unknown",
        evidence={"in_a_row": len(row), "questions": row[::-1]},
        text=settings.unknown.text,
    )


def by_repetition(context: HandoffContext, settings: RuleSettings) -> HandoffDecision | None:
    """The same question again, by meaning or because the same article would be the answer again."""
    assert context.reply is not None
    rule = settings.repeated
    if not rule.enabled or not is_question(context.text, rule):
        return None
    understanding = context.reply.understanding
    article = understanding.article_id if understanding.band == "answer" else None
    earlier = same_question(context, rule, article)
    if len(earlier) + 1 < rule.times:
        return None
    evidence = {
        "times": len(earlier) + 1,
        "questions": [turn.text for turn in earlier] + [context.text],
        "similarities": [round(turn.similarity, 3) for turn in earlier],
        "article_id": article,
    }
    return HandoffDecision(rule="repeated", evidence=evidence, text=rule.text)


def same_question(
    context: HandoffContext, rule: RepeatedSettings, article: str | None
) -> Sequence[PastTurn]:
    """The earlier turns, oldest first, that asked what `context.text` asks.

    `article` is the one that answers it now, None when none does.
    """
    since = context.now - timedelta(minutes=rule.within_minutes)
    return [
        turn
        for turn in context.history
        if turn.at >= since
        and is_question(turn.text, rule)
        and _alike(turn, context, rule, article)
    ]


def _alike(
    turn: PastTurn, context: HandoffContext, rule: RepeatedSettings, article: str | None
) -> bool:
    assert context.reply is not None
    same_words = normalise(turn.text) == normalise(context.text)
    if turn.band is None and context.reply.understanding.band is None:
        # Two wishes that the bot has served: 查余额 and 查明细 are alike and not the same.
        return same_words
    answered = turn.article_id if turn.band == "answer" else None
    if article is not None and answered is not None and article != answered:
        return turn.similarity >= rule.similarity_across_articles
    if article is not None and article == answered:
        return True
    return turn.similarity >= rule.similarity or same_words


def is_question(text: str, rule: RepeatedSettings) -> bool:
    """Whether a text can be a question at all: long enough, and more than digits and marks."""
    letters = [c for c in normalise(text) if c.isalpha()]
    return len(letters) >= rule.shortest
