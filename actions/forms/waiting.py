"""The tasks that wait while another one is at work: interrupted ones, and what a message asked for besides.

They stand in the slot `waiting_tasks`, the next one first. Forms add to it and offer it when they end;
dialogue/resuming.py takes them up or lets go of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.turn import Turn
from actions.replies import offer
from actions.said import last_choices
from core.conversation.content import Choice

SLOT = "waiting_tasks"
# The form that goes on where it was left, for the moment of its opening.
GOING_ON = "going_on"
# The words that asked for a form earlier, when it is begun only now.
OPENING = "opening"
# Who leaves a task for a third one has let go of the first.
MOST_WAITING = 3
RESUME = Choice(label="继续办理", value="继续办理")
BEGIN = Choice(label="现在办", value="继续办理")
LET_GO = Choice(label="不用了", value="不用了")


@dataclass(frozen=True)
class Waiting:
    """A task by the action that opens it. `begun`: its answers are still there. `wish`: the words that asked for it.

    `over_at`: as in Form.
    """

    action: str
    title: str
    begun: bool = True
    wish: dict[str, Any] | None = None
    over_at: str = ""

    @property
    def wished(self) -> Turn | None:
        """What the citizen asked for it in, as a message of its own."""
        return Turn.from_slot(self.wish) if self.wish else None


def waiting_tasks(tracker: Tracker) -> list[Waiting]:
    """The next one first. Whoever was asked whether to go on and began another task is not asked again."""
    tasks = [Waiting(**item) for item in tracker.get_slot(SLOT) or []]
    return [task for task in tasks if not (task.begun and _passed_over(tracker, task))]


def _passed_over(tracker: Tracker, task: Waiting) -> bool:
    another = False
    for event in reversed(tracker.events):
        if event.get("event") == "active_loop" and event.get("name"):
            if event["name"] == task.action:
                return False
            another = True
        elif another and event.get("event") == "bot" and _asked(task) in _text(event):
            return True
    return False


def _asked(task: Waiting) -> str:
    return f"刚才的{task.title}还没办完，要继续吗？"


def _text(event: Mapping[str, Any]) -> str:
    custom = (event.get("data") or {}).get("custom") or {}
    return str((custom.get("content") or {}).get("text") or event.get("text") or "")


def keep(tasks: Sequence[Waiting]) -> list[dict[str, Any]]:
    """The events that make these the waiting tasks."""
    items = [asdict(task) for task in tasks[:MOST_WAITING]]
    return [SlotSet(SLOT, items or None)]


def interrupt(waiting: Sequence[Waiting], task: Waiting) -> list[Waiting]:
    """Only the one interrupted last is offered again; wishes not begun yet stay behind it."""
    return [task, *(w for w in waiting if not w.begun and w.action != task.action)]


def without(waiting: Sequence[Waiting], action: str) -> list[Waiting]:
    """For a task that is opened, however that came about."""
    return [w for w in waiting if w.action != action]


def asked_last(tracker: Tracker) -> str:
    """The slot of the question a form has put last, "" if none has."""
    asked = (e["value"] for e in reversed(tracker.events) if e.get("name") == "requested_slot")
    return str(tracker.get_slot("requested_slot") or next((slot for slot in asked if slot), ""))


def offer_next(dispatcher: CollectingDispatcher, waiting: Sequence[Waiting]) -> None:
    """Ask whether to go on with the next waiting task, if there is one."""
    if not waiting:
        return
    task = waiting[0]
    if task.begun:
        text, choice = _asked(task), RESUME
    else:
        text, choice = f"您刚才还提到{task.title}，现在办吗？", BEGIN
    offer(dispatcher, text, [choice, LET_GO])


def was_offered(tracker: Tracker) -> bool:
    """Whether the bot's last words offered to go on with a waiting task: asked for it, or could not finish it."""
    return RESUME.value in last_choices(tracker.events) and bool(tracker.get_slot(SLOT))
