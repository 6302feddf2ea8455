"""What leads to people: a wish for a person, a complaint, anger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.dialogue import LEAVING
from actions.forms.form import Task
from actions.forms.phrases import way_out
from actions.forms.turn import Turn
from actions.forms.under_way import under_way
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import direct
from actions.turn import HAND_OFF_REASONS, read_turn, read_visit
from actions.wishes import Openers, serve
from core.conversation.episodes import same_agent
from core.conversation.ports import HandOff

Events = list[dict[str, Any]]


class HandOffAction(Action):
    """action_hand_off: the engine decides whether people are there; nothing is promised here."""

    def __init__(self, needs: Needs, tasks: Sequence[Task], openers: Openers) -> None:
        self._needs = needs
        self._business = {task.form.name: task.business for task in tasks}
        self._forms = {task.form.name: task.form for task in tasks}
        self._openers = openers

    def name(self) -> str:
        return "action_hand_off"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        turn = read_turn(tracker)
        served = await serve(dispatcher, tracker, turn, self._needs, self._openers)
        if served is not None:
            return served
        plainly = way_out(turn.text) == self.name()
        # Below this the classifier is guessing, and a guess must not take a citizen away from an answer.
        if not plainly and turn.confidence < LEAVING.get(turn.intent, 0.0):
            region = self._needs.region(tracker)
            tell(dispatcher, await look_up(self._needs.answer, turn, region))
            return []
        reason = "asked_for_person" if plainly else HAND_OFF_REASONS.get(turn.intent, "guided")
        category = self._named_business(tracker, turn)
        form = self._forms.get(tracker.active_loop_name or "")
        evidence = {
            **(
                under_way(form, {f.slot: tracker.get_slot(f.slot) for f in form.fields})
                if form
                else {}
            ),
            **same_agent(turn.text, read_visit(tracker).agent_id),
        }
        direct(dispatcher, HandOff(reason, category, evidence))
        return []

    def _named_business(self, tracker: Tracker, turn: Turn) -> str | None:
        """Which skill group can help: the business the message names, else that of the open form."""
        named = next((str(e.value) for e in turn.entities if e.kind == "business"), None)
        return named or self._business.get(tracker.active_loop_name or "")
