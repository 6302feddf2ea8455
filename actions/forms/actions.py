"""Runs a task's form inside Rasa: validate_<form> handles each turn; results.py tells the outcome.

Rasa calls validate_<form> once per message. It answers with everything at once: the slots, the next
question, and `requested_slot`; so a turn inside a form costs one call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.choices import ChoiceField
from actions.forms.context import EndForm, Handled, Prepared, TaskContext
from actions.forms.dialogue import Meaning, Step, Turn, open_form, take_turn
from actions.forms.entries import CHANGE, ConfirmField
from actions.forms.fields import Field
from actions.forms.form import Form, Task
from actions.forms.waiting import (
    Waiting,
    interrupt,
    keep,
    waiting_tasks,
    without,
)
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import keep_as, offer, say_text
from actions.turn import HAND_OFF_REASONS, read_turn
from core.conversation.content import Choice

Events = list[dict[str, Any]]

SMALL_TALK = {
    "greet": "您好。",
    "thanks": "不客气。",
    "are_you_bot": "我是智能客服。",
}
HOW_TO = "按提示回答就行；想改前面的内容就直接说（比如：不对，余额是6万），不想继续就说“算了”。"
HOW_TO_CHANGE = "好的，请直接说要改哪一项，改成什么。"
# The slot that tells a form's opening that it goes on where it was left.
GOING_ON = "going_on"
# The words that asked for the form earlier, when it is begun only now.
OPENING = "opening"


class ValidateFormAction(Action):
    """validate_<form>. `others`: the intents that open another task; `titles`: of all forms, by name."""

    def __init__(
        self, task: Task, needs: Needs, others: frozenset[str], titles: Mapping[str, str]
    ) -> None:
        self._form = task.form
        self._prepare = task.prepare
        self._result = task.result_action
        self._titles = titles
        self._needs = needs
        self._others = others

    def name(self) -> str:
        return f"validate_{self._form.name}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        try:
            return await self._run(dispatcher, tracker)
        except EndForm as end:
            offer(dispatcher, end.text, end.choices)
            return [ActiveLoop(None), SlotSet("requested_slot", None), *forget(self._form)]

    async def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        context = self._needs.context(tracker)
        answers = {f.slot: tracker.get_slot(f.slot) for f in self._form.fields}
        turn = read_turn(tracker)
        asking = self._asking(tracker)
        if asking is None:
            return await self._open(dispatcher, tracker, turn, answers, context)
        if self._another_action_spoke(tracker):
            # Rasa comes back to the form after another action had its say; the message is used up.
            # After a handoff people may have the word: the question is not asked again.
            silent = turn.intent in HAND_OFF_REASONS
            return await self._go_on(dispatcher, answers, {}, "", context, silent=silent)
        if asking.handle is not None:
            handled = await asking.handle(turn, answers, context, False)
            if handled is not None:
                return await self._take(dispatcher, handled, answers, context, asking)
        form, asking = await self._offering(asking, answers, context)
        step = take_turn(form, asking, answers, turn, self._others)
        if step.meaning is Meaning.LEAVE:
            # Nothing set: Rasa takes the form's turn as rejected and lets its rules decide.
            return []
        note, updates = step.note, step.updates
        if step.meaning is Meaning.QUESTION:
            await self._digress(dispatcher, turn, context)
            note = "我们接着刚才的："
        elif step.meaning is Meaning.SMALL_TALK:
            note = SMALL_TALK.get(turn.intent, HOW_TO)
        elif isinstance(asking, ConfirmField) and updates.get(asking.slot) == CHANGE:
            note, updates = HOW_TO_CHANGE, {}
        updates, said = await self._checked(updates, answers, context)
        note = "\n".join(part for part in (note, said) if part)
        return await self._go_on(dispatcher, answers, updates, note, context, asking)

    async def _open(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        turn: Turn,
        answers: dict[str, Any],
        context: TaskContext,
    ) -> Events:
        """The form begins anew, or goes on where it was left."""
        waiting = without(waiting_tasks(tracker), self._form.name)
        left = self._left(tracker)
        if left is not None:
            waiting = interrupt(waiting, left)
        if tracker.get_slot(GOING_ON) == self._form.name:
            # Its own result has asked for more: nothing was interrupted.
            note = "" if self._spoke_last(tracker) == self._result else "好的，我们接着办。"
            events = await self._go_on(dispatcher, answers, {}, note, context)
            return [SlotSet(GOING_ON, None), *keep(waiting), *events]
        if tracker.get_slot(OPENING):
            turn = Turn.from_slot(tracker.get_slot(OPENING))
        # Opened anew: what an earlier, finished run left in the slots does not count.
        prepared = self._prepare(turn, context) if self._prepare else Prepared()
        answers = {**dict.fromkeys(answers), **prepared.answers}
        step: Step = open_form(self._form, turn, answers)
        updates, said = await self._checked(step.updates, answers, context)
        first = self._form.next_field({**answers, **updates})
        handled = Handled()
        if first is not None and first.handle is not None:
            known = {**answers, **updates}
            handled = await first.handle(turn, known, context, True) or handled
        opening = f"好的，我们来做{self._form.title}。"
        note = "\n".join(part for part in (opening, prepared.note, said, handled.note) if part)
        taken = {**prepared.answers, **updates, **handled.updates}
        handled = replace(handled, updates=taken, note=note)
        events = await self._take(dispatcher, handled, answers, context)
        return [*forget(self._form), SlotSet(OPENING, None), *keep(waiting), *events]

    async def _take(
        self,
        dispatcher: CollectingDispatcher,
        handled: Handled,
        answers: dict[str, Any],
        context: TaskContext,
        asking: Field | None = None,
    ) -> Events:
        """Go on with what a question's own hook made of the message."""
        if handled.kept is not None:
            keep_as(dispatcher, handled.kept)
        if handled.end is not None:
            raise handled.end
        updates = dict(handled.updates)
        return await self._go_on(dispatcher, answers, updates, handled.note, context, asking)

    def _left(self, tracker: Tracker) -> Waiting | None:
        """The task that was open until this one was asked for."""
        loops = [e.get("name") for e in tracker.events if e.get("event") == "active_loop"]
        # Rasa has put the opening of this form among the events already.
        before = loops[-2] if len(loops) > 1 and loops[-1] == self._form.name else None
        title = self._titles.get(before or "")
        return Waiting(before, title) if before and title else None

    def _asking(self, tracker: Tracker) -> Field | None:
        slot = tracker.get_slot("requested_slot")
        if (tracker.active_loop or {}).get("name") != self._form.name or not slot:
            return None
        return next((f for f in self._form.fields if f.slot == slot), None)

    def _another_action_spoke(self, tracker: Tracker) -> bool:
        """Whether an action other than the form has run since the message came in."""
        return self._spoke_last(tracker) is not None

    def _spoke_last(self, tracker: Tracker) -> str | None:
        """The last action other than the form since the message came in."""
        for event in reversed(tracker.events):
            if event.get("event") == "user":
                return None
            if event.get("event") == "action" and event.get("name") != self._form.name:
                return str(event.get("name"))
        return None

    async def _digress(
        self, dispatcher: CollectingDispatcher, turn: Turn, context: TaskContext
    ) -> None:
        tell(dispatcher, await look_up(self._needs.answer, turn, context.region_code))

    async def _offering(
        self, asked: Field, answers: dict[str, Any], context: TaskContext
    ) -> tuple[Form, Field]:
        """The question with the choices that are there now, and the form with it in place of the bare one."""
        if asked.offer is None or not isinstance(asked, ChoiceField):
            return self._form, asked
        ready = replace(asked, choices=tuple(await asked.offer(answers, context)))
        fields = tuple(ready if f.slot == asked.slot else f for f in self._form.fields)
        return replace(self._form, fields=fields), ready

    async def _checked(
        self, updates: dict[str, Any], answers: dict[str, Any], context: TaskContext
    ) -> tuple[dict[str, Any], str]:
        """The updates that hold, and what has to be said about the others."""
        held: dict[str, Any] = {}
        said: list[str] = []
        for slot, value in updates.items():
            check = self._form.field(slot).check
            if check is None or value is None:
                held[slot] = value
                continue
            result = await check(value, {**answers, **held}, context)
            said += [text for text in (result.problem, result.note) if text]
            held.update(result.also)
            if not result.problem:
                held[slot] = result.value
        return held, "\n".join(said)

    async def _go_on(
        self,
        dispatcher: CollectingDispatcher,
        answers: dict[str, Any],
        updates: dict[str, Any],
        note: str,
        context: TaskContext,
        asking: Field | None = None,
        *,
        silent: bool = False,
    ) -> Events:
        """Store what was understood and ask the next open question, or end the form when there is none."""
        known = {**answers, **updates}
        # Answers to questions that a correction made pointless must not come back later.
        applicable = {f.slot for f in self._form.applicable(known)}
        own = {f.slot for f in self._form.fields}
        dropped = {
            slot: None
            for slot, value in known.items()
            if value is not None and slot in own and slot not in applicable
        }
        known.update(dropped)
        following = self._form.next_field(known)
        events = [SlotSet(slot, value) for slot, value in {**updates, **dropped}.items()]
        if following is None:
            if note and asking is not None and note.startswith("好的"):
                say_text(dispatcher, note)
            return [*events, SlotSet("requested_slot", None)]
        if not silent:
            form, asked = await self._offering(following, known, context)
            ask(dispatcher, form, asked, known, note)
        if not events:
            # Rasa rejects a form that sets no slot at all; the open one stays open.
            events = [SlotSet(following.slot, None)]
        return [*events, SlotSet("requested_slot", following.slot)]


def ask(
    dispatcher: CollectingDispatcher,
    form: Form,
    asked: Field,
    answers: dict[str, Any],
    note: str = "",
) -> None:
    """The question with its choices as buttons; each button sends its own label."""
    question = form.wording(asked, answers)
    text = f"{note}\n{question}" if note else question
    offer(dispatcher, text, [Choice(label=o.label, value=o.label) for o in asked.options])


def forget(form: Form) -> Events:
    """Events that forget the form's answers."""
    return [SlotSet(field.slot, None) for field in form.fields]
