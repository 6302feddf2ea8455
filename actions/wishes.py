"""Several wishes in one message: questions are answered first, then a task is begun, then people are asked.

Used by whatever action or form such a message comes to; the classifier finds the wishes (bot/components/wishes.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.turn import Turn
from actions.forms.waiting import OPENING, Waiting, keep, waiting_tasks
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import direct
from actions.turn import HAND_OFF_REASONS
from core.conversation.ports import HandOff

# Intent -> the task it opens, not begun.
Openers = Mapping[str, Waiting]
# Values that must not stand in a slot for as long as a task waits.
_PERSONAL = frozenset({"id_number", "phone", "fund_account"})


@dataclass(frozen=True)
class Shared:
    """A message shared out. `reason`: why people are wanted, "" if they are not."""

    questions: tuple[Turn, ...]
    tasks: tuple[Waiting, ...]
    reason: str = ""


def share_out(turn: Turn, openers: Openers) -> Shared | None:
    """What the parts of the message want; None when it is one wish."""
    if not turn.wishes:
        return None
    parts = [turn.of_wish(wish) for wish in turn.wishes]
    questions = [part for part in parts if part.intent.startswith("ask_")]
    tasks = [replace(openers[p.intent], wish=_kept(p)) for p in parts if p.intent in openers]
    reasons = [HAND_OFF_REASONS[p.intent] for p in parts if p.intent in HAND_OFF_REASONS]
    return Shared(tuple(questions), tuple(tasks), reasons[0] if reasons else "")


def _kept(part: Turn) -> dict[str, Any] | None:
    personal = any(entity.kind in _PERSONAL for entity in part.entities)
    return None if personal else part.as_slot()


async def answer_questions(
    dispatcher: CollectingDispatcher, shared: Shared, needs: Needs, region: str
) -> None:
    """Says what is known; where people take over anyway, what is not known is left to them."""
    for question in shared.questions:
        result = await look_up(needs.answer, question, region)
        if result.band != "unknown" or not shared.reason:
            tell(dispatcher, result)


def begin(
    dispatcher: CollectingDispatcher, tracker: Tracker, tasks: tuple[Waiting, ...], reason: str
) -> list[dict[str, Any]]:
    """The events that begin the first task and let the others wait; with people wanted, all of them wait."""
    waiting = waiting_tasks(tracker)
    if reason:
        direct(dispatcher, HandOff(reason))
        return keep([*tasks, *waiting])
    if not tasks:
        return []
    first, *others = tasks
    return [
        SlotSet(OPENING, first.wish),
        *keep([*others, *waiting]),
        FollowupAction(first.action),
    ]


async def serve(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, needs: Needs, openers: Openers
) -> list[dict[str, Any]] | None:
    """Serves all wishes of a message outside forms; None when it holds only one."""
    shared = share_out(turn, openers)
    if shared is None:
        return None
    await answer_questions(dispatcher, shared, needs, needs.region(tracker))
    return begin(dispatcher, tracker, shared.tasks, shared.reason)
