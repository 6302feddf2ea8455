"""Runs the two forms inside Rasa: validate_<form> handles each turn, action_<task>_result tells the outcome.

Rasa calls validate_<form> once per message. It answers with everything at once: the slots, the next
question, and `requested_slot`; so a turn inside a form costs one call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.dialogue import Form, Meaning, Turn, open_form, take_turn
from actions.forms.fields import Field
from actions.knowledge import AnswerQuestion, look_up, tell
from actions.replies import offer, say, say_text
from actions.service import HAND_OFF_REASONS, Events, FindServiceHallAction, reset
from actions.turn import read_region, read_turn
from core.conversation.content import Choice, Content

SMALL_TALK = {
    "greet": "您好。",
    "thanks": "不客气。",
    "are_you_bot": "我是智能客服。",
}
HOW_TO = "按提示回答就行；想改前面的内容就直接说（比如：不对，余额是6万），不想继续就说“算了”。"

# The completed answers and the region's code -> what the citizen is told.
ShowResult = Callable[[dict[str, Any], str], list[Content]]


class ValidateFormAction(Action):
    """validate_<form>"""

    def __init__(
        self,
        form: Form,
        answer: AnswerQuestion,
        halls: FindServiceHallAction,
        default_region: str,
    ) -> None:
        self._form = form
        self._answer = answer
        self._halls = halls
        self._default_region = default_region

    def name(self) -> str:
        return f"validate_{self._form.name}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        answers = {f.slot: tracker.get_slot(f.slot) for f in self._form.fields}
        turn = read_turn(tracker)
        asking = self._asking(tracker)
        if asking is None:
            # Opened anew: what an earlier, finished run left in the slots does not count.
            answers = dict.fromkeys(answers)
            updates = open_form(self._form, turn, answers).updates
            return [*reset(self._form), *self._go_on(dispatcher, answers, updates, self._opening())]
        if self._another_action_spoke(tracker):
            # Rasa comes back to the form after another action had its say; the message is used up.
            # After a handoff people may have the word: the question is not asked again.
            silent = turn.intent in HAND_OFF_REASONS
            return self._go_on(dispatcher, answers, {}, "", silent=silent)
        step = take_turn(self._form, asking, answers, turn)
        if step.meaning is Meaning.LEAVE:
            # Nothing set: Rasa takes the form's turn as rejected and lets its rules decide.
            return []
        note = step.note
        if step.meaning is Meaning.QUESTION:
            await self._digress(dispatcher, tracker, turn)
            note = "我们接着刚才的："
        elif step.meaning is Meaning.SMALL_TALK:
            note = SMALL_TALK.get(turn.intent, HOW_TO)
        return self._go_on(dispatcher, answers, step.updates, note, asking)

    def _asking(self, tracker: Tracker) -> Field | None:
        slot = tracker.get_slot("requested_slot")
        if (tracker.active_loop or {}).get("name") != self._form.name or not slot:
            return None
        return next((f for f in self._form.fields if f.slot == slot), None)

    def _another_action_spoke(self, tracker: Tracker) -> bool:
        """Whether an action other than the form has run since the message came in."""
        for event in reversed(tracker.events):
            if event.get("event") == "user":
                return False
            if event.get("event") == "action" and event.get("name") != self._form.name:
                return True
        return False

    def _opening(self) -> str:
        return f"好的，我们来做{self._form.title}。"

    async def _digress(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn
    ) -> None:
        region = read_region(tracker, self._default_region)
        if turn.intent == "find_service_hall":
            await self._halls.tell_halls(dispatcher, turn.text, region)
        else:
            tell(dispatcher, await look_up(self._answer, turn, region))

    def _go_on(
        self,
        dispatcher: CollectingDispatcher,
        answers: dict[str, Any],
        updates: dict[str, Any],
        note: str,
        asking: Field | None = None,
        *,
        silent: bool = False,
    ) -> Events:
        """Store what was understood and ask the next open question, or end the form when there is none."""
        known = {**answers, **updates}
        # Answers to questions that a correction made pointless must not come back later.
        applicable = {f.slot for f in self._form.applicable(known)}
        dropped = {
            slot: None
            for slot, value in known.items()
            if value is not None and slot not in applicable
        }
        known.update(dropped)
        following = self._form.next_field(known)
        events = [SlotSet(slot, value) for slot, value in {**updates, **dropped}.items()]
        if following is None:
            if note and asking is not None and note.startswith("好的"):
                say_text(dispatcher, note)
            return [*events, SlotSet("requested_slot", None)]
        if not silent:
            ask(dispatcher, following, note)
        if not events:
            # Rasa rejects a form that sets no slot at all; the open one stays open.
            events = [SlotSet(following.slot, None)]
        return [*events, SlotSet("requested_slot", following.slot)]


def ask(dispatcher: CollectingDispatcher, asked: Field, note: str = "") -> None:
    """The question with its choices as buttons; each button sends its own label."""
    text = f"{note}\n{asked.question}" if note else asked.question
    offer(dispatcher, text, [Choice(label=o.label, value=o.label) for o in asked.options])


class FormResultAction(Action):
    """action_<task>_result: tells the outcome and forgets the answers."""

    def __init__(self, name: str, form: Form, show: ShowResult, default_region: str) -> None:
        self._name = name
        self._form = form
        self._show = show
        self._default_region = default_region

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        answers = {f.slot: tracker.get_slot(f.slot) for f in self._form.fields}
        for content in self._show(answers, read_region(tracker, self._default_region)):
            say(dispatcher, content)
        return reset(self._form)


class StartOverAction(Action):
    """action_start_over: 重新开始. Inside a form it asks the first question again."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        self._forms = {form.name: form for form in forms}

    def name(self) -> str:
        return "action_start_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        form = self._forms.get((tracker.active_loop or {}).get("name") or "")
        if form is None:
            say_text(dispatcher, "好的，我们重新开始。您想咨询什么？")
            return []
        # Rasa returns to the form by itself and asks the first open question.
        return [*reset(form), SlotSet("requested_slot", form.fields[0].slot)]
