"""The repeated question: asked again by meaning, or because the same article would be the answer again. Pure.

Thresholds and their measurements: docs/adr/0011.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.conversation.ports import Band, HandoffContext, HandoffDecision, PastTurn
from handoff.rules.settings import RepeatedSettings
from handoff.rules.wording import normalise


def by_repetition(context: HandoffContext, rule: RepeatedSettings) -> HandoffDecision | None:
    assert context.reply is not None
    understanding = context.reply.understanding
    if not rule.covers(context.inbox_id, on_duty=context.on_duty):
        return None
    if not is_asked(context.text, understanding.band, context.picked, rule):
        return None
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
    return HandoffDecision("repeated", evidence, text=rule.text)


def same_question(
    context: HandoffContext, rule: RepeatedSettings, article: str | None
) -> Sequence[PastTurn]:
    """The earlier turns, oldest first, that asked what `context.text` asks.

    `article` is the one that answers it now, None when none does.
    """
    return [turn for turn in comparable(context, rule) if _alike(turn, context, rule, article)]


def comparable(context: HandoffContext, rule: RepeatedSettings) -> list[PastTurn]:
    """The earlier turns that may have asked the same, oldest first."""
    since = context.now - timedelta(minutes=rule.within_minutes)
    return [
        turn
        for turn in context.history
        if turn.at >= since and is_asked(turn.text, turn.band, turn.picked, rule)
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


def is_asked(text: str, band: Band | None, picked: bool, rule: RepeatedSettings) -> bool:
    """Whether a message was a question of the citizen's own.

    A button of a task (重新测算) may be pressed as often as it is of use; one that offers a question asks it.
    """
    return is_question(text, rule) and not (picked and band is None)


def is_question(text: str, rule: RepeatedSettings) -> bool:
    """Whether a text can be a question at all: long enough, and more than digits and marks."""
    letters = [c for c in normalise(text) if c.isalpha()]
    return len(letters) >= rule.shortest
