"""The bot's summary for the agent who takes over: what was asked, what became of it, what is under way. Pure.

Read off the thread and what each turn left in its `meta`; no model writes it. Called by handoffs.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.conversation.past import PastExchange, meta_of
from core.conversation.ports import (
    BotReply,
    HandoffDecision,
    HandoffSummary,
    OpenTask,
    SummaryTurn,
)
from core.masking import mask_personal

# What an agent reads at a glance; the thread has the rest.
MOST_TURNS = 5
LONGEST_SAID = 120
# What a rule's evidence calls the citizen's mood or wish.
_REASONS = ("complaint", "anger")


def summarise(
    before: Sequence[PastExchange],
    decision: HandoffDecision,
    *,
    said: str = "",
    reply: BotReply | None = None,
) -> HandoffSummary:
    """`before`: the exchanges of the bot's episode, oldest first. `said`: the message that led to the decision, ""
    for the button, with the bot's `reply` to it, None where it was not asked."""
    turns = [
        _turn(one.text, one.meta, _contents(one))
        for place, one in enumerate(before)
        if not (place and _goes_on(before[place - 1], one))
    ]
    if said:
        shown = [content.model_dump(mode="json") for content in reply.contents] if reply else []
        meta = meta_of(reply, reply_to=0, text=said, asked=said) if reply else {}
        turns.append(_turn(said, meta, shown))
    task = open_task(before, reply)
    reason = str(decision.evidence.get("reason") or "")
    return HandoffSummary(
        turns=tuple(turns[-MOST_TURNS:]),
        task=task.title if task else "",
        answers=tuple(mask_personal(answer) for answer in task.answers) if task else (),
        business=decision.category,
        reason=reason if reason in _REASONS else "",
    )


def open_task(before: Sequence[PastExchange], reply: BotReply | None = None) -> OpenTask | None:
    """The task that is under way: by the bot's reply, else by the last turn that the dialogue engine took part in."""
    if reply is not None and not reply.missed:
        # Whoever wants a person out of a task leaves the reply to say which it was.
        return reply.task
    for one in reversed(before):
        if one.meta.get("missed") is not True:
            return task_of(one.meta)
    return None


def task_of(meta: dict[str, Any]) -> OpenTask | None:
    kept = meta.get("task")
    return OpenTask(kept["title"], tuple(kept["answers"])) if isinstance(kept, dict) else None


def outcome_of(meta: dict[str, Any]) -> str:
    """What became of a turn: answer, guide, unknown; failed, task, other; "" when the bot was not asked."""
    if not meta:
        return ""
    if meta.get("failed") and meta.get("band") != "answer":
        return "failed"
    if meta.get("band") is not None:
        return str(meta["band"])
    if meta.get("task") is not None:
        return "task"
    # Its place was taken by people before the bot was asked.
    return "" if meta.get("missed") else "other"


def _goes_on(previous: PastExchange, one: PastExchange) -> bool:
    """It only answered a question of a task; the summary has the answers."""
    task, before = task_of(one.meta), task_of(previous.meta)
    return task is not None and before is not None and task.title == before.title


def _turn(text: str, meta: dict[str, Any], contents: Sequence[dict[str, Any]]) -> SummaryTurn:
    masked = mask_personal(text)
    short = masked if len(masked) <= LONGEST_SAID else masked[: LONGEST_SAID - 1] + "…"
    titles = [str(c.get("question") or "") for c in contents if c.get("type") == "answer"]
    # A reply that only asks people in has told the citizen nothing.
    outcome = outcome_of(meta) if contents or meta.get("band") else ""
    return SummaryTurn(short, outcome, tuple(title for title in titles if title))


def _contents(one: PastExchange) -> list[dict[str, Any]]:
    return [row.content for row in one.replies]
