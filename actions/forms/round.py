"""One turn of an open form: does what the message was understood to mean, and asks the next question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import asking as words
from actions.forms.asking import TRY_AGAIN, Events, ask
from actions.forms.choices import ChoiceField
from actions.forms.context import Handled
from actions.forms.entries import CHANGE, ConfirmField
from actions.forms.fields import Field
from actions.forms.form import Form
from actions.forms.phrases import UNCHANGED, bare
from actions.forms.progress import (
    KEEP,
    MOST_CHOICES,
    Help,
    Progress,
    explain_question,
    help_with,
    progress_of,
)
from actions.forms.turn import Meaning, Step, Turn
from actions.knowledge import look_up, tell
from actions.needs import Needs
from actions.replies import HUMAN, keep_as, offer, say_text
from core.conversation.business_errors import BusinessError
from core.errors import Unavailable

# From so many characters on a text that answers nothing may be a question without a question's words.
STATEMENT = 6


class Round:
    """What one turn of `form` works with; `answers` are the slots as they were when the message came."""

    def __init__(
        self, form: Form, needs: Needs, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> None:
        self.form = form
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.context = needs.context(tracker)
        self.answers = {f.slot: tracker.get_slot(f.slot) for f in form.fields}
        self._needs = needs
        self._progress = progress_of(tracker)
        self._turns = sum(event.get("event") == "user" for event in tracker.events)

    async def handle(self, asking: Field, step: Step, turn: Turn) -> Events:
        """The events of a message that does not leave the form."""
        if self._keeps_answer(asking, turn):
            step = Step(Meaning.ANSWER, self._answers_before(asking.slot))
        match step.meaning:
            case Meaning.QUESTION:
                return await self._digress(asking, step, turn)
            case Meaning.PROBLEM | Meaning.UNCLEAR:
                return await self._help(asking, step, turn)
            case Meaning.BACK:
                return await self._back(asking, step.back_to)
            case Meaning.WHICH:
                return self._which(asking)
            case Meaning.EXPLAIN:
                failures = self._progress.failed(asking.slot).failures
                explained = (
                    explain_question(asking) if failures < 2 else help_with(asking, failures)
                )
                return self._say_help(explained, asking)
            case Meaning.WAIT:
                say_text(self.dispatcher, self._one_of(words.WAITING))
                return [SlotSet(asking.slot, None)]
            case Meaning.REPEAT:
                return await self.go_on({}, "好的，再问一遍：", asking)
            case Meaning.SMALL_TALK:
                said = words.SMALL_TALK.get(turn.intent, (words.HOW_TO,))
                return await self.go_on({}, self._one_of(said), asking)
        if isinstance(asking, ConfirmField) and step.updates.get(asking.slot) == CHANGE:
            return self._which(asking)
        return await self._store(asking, step)

    async def _store(self, asking: Field, step: Step) -> Events:
        updates, said = await self.checked(step.updates)
        # What was written back is not true of a value that did not hold.
        note = step.note if updates.keys() >= step.updates.keys() else ""
        note = "\n".join(part for part in (note, said) if part)
        if asking.slot in step.updates and asking.slot not in updates:
            return await self._failed(asking, updates, said)
        return await self.go_on(updates, note, asking)

    async def _failed(self, asking: Field, updates: Mapping[str, Any], problem: str) -> Events:
        """The business side refused the answer: the question stays, with more help each time."""
        progress = self._progress.failed(asking.slot)
        if progress.failures == 1:
            events = await self.go_on(dict(updates), problem, asking)
            return [*events, progress.event()]
        _, ready = await self.offering(asking)
        help_ = help_with(ready, progress.failures, problem)
        return [*_slots(updates), *self._say_help(help_, asking)]

    async def _digress(self, asking: Field, step: Step, turn: Turn) -> Events:
        question = turn if step.question == turn.text else turn.asking(step.question, turn.earlier)
        tell(
            self.dispatcher,
            await look_up(self._needs.answer, question, self.context.region_code),
        )
        updates, said = await self.checked(step.updates)
        note = "\n".join(part for part in (said, self._one_of(words.AFTER_A_QUESTION)) if part)
        return await self.go_on(updates, note, asking)

    async def _help(self, asking: Field, step: Step, turn: Turn) -> Events:
        updates, said = await self.checked(step.updates)
        if step.meaning is Meaning.UNCLEAR and len(turn.text) >= STATEMENT and not asking.free:
            region = self.context.region_code
            result = await look_up(self._needs.answer, replace(turn, earlier=()), region)
            if result.band == "answer":
                tell(self.dispatcher, result)
                return await self.go_on({}, self._one_of(words.AFTER_A_QUESTION), asking)
        failures = self._progress.failed(asking.slot).failures
        help_ = help_with(asking, failures, step.note)
        if said:
            help_ = replace(help_, text=f"{said}\n{help_.text}")
        return [*_slots(updates), *self._say_help(help_, asking)]

    def _say_help(self, help_: Help, asking: Field) -> Events:
        progress = self._progress.failed(asking.slot)
        text = help_.text
        if help_.again:
            text = f"{text}\n{self.form.wording(asking, self.answers)}"
        had = asking.slot == self._progress.slot and asking.slot in self._progress.before
        offer(self.dispatcher, text, [*help_.choices, *([KEEP] if had else [])][:MOST_CHOICES])
        # Rasa rejects a form that sets no slot at all; the open one stays open.
        return [
            SlotSet(asking.slot, None),
            SlotSet("requested_slot", asking.slot),
            progress.event(),
        ]

    def _which(self, asking: Field) -> Events:
        choices = words.which_to_change(self.form, self.answers)
        offer(self.dispatcher, words.WHICH, choices)
        return [SlotSet(asking.slot, None), SlotSet("requested_slot", asking.slot)]

    async def _back(self, asking: Field, back_to: str) -> Events:
        """Ask an earlier question again; its answer is shown and can be kept."""
        given = words.answered(self.form, self.answers)
        order = [f.slot for f in self.form.fields]
        before = [f for f in given if order.index(f.slot) < order.index(asking.slot)]
        target = next((f for f in given if f.slot == back_to), before[-1] if before else None)
        if target is None:
            return await self.go_on({}, words.FIRST_QUESTION, asking)
        note = words.went_back(target, self.answers[target.slot])
        kept = {**self._progress.before, **_given(self.answers)}
        cleared = {**self.answers, target.slot: None}
        form, ready = await self.offering(target, cleared)
        ask(self.dispatcher, form, ready, cleared, note, [KEEP])
        return [
            SlotSet(target.slot, None),
            SlotSet("requested_slot", target.slot),
            Progress(target.slot, 0, kept).event(),
        ]

    def _keeps_answer(self, asking: Field, turn: Turn) -> bool:
        """不变, after going back to a question that had an answer."""
        had = self._progress.slot == asking.slot and asking.slot in self._progress.before
        return had and UNCHANGED.fullmatch(bare(turn.text)) is not None

    def _answers_before(self, slot: str) -> dict[str, Any]:
        """This answer as it was, and with it those that hung on it."""
        before = self._progress.before
        own = {f.slot for f in self.form.fields}
        return {
            name: value
            for name, value in before.items()
            if name in own and (name == slot or self.answers.get(name) is None)
        }

    async def take(self, handled: Handled, *, opening: str = "") -> Events:
        """Go on with what a question's own hook made of the message."""
        if handled.kept is not None:
            keep_as(self.dispatcher, handled.kept)
        if handled.end is not None:
            raise handled.end
        return await self.go_on(dict(handled.updates), handled.note, opening=opening)

    async def offering(
        self, asked: Field, answers: Mapping[str, Any] | None = None
    ) -> tuple[Form, Field]:
        """The question with the choices that are there now, and the form with it in place of the bare one."""
        if asked.offer is None or not isinstance(asked, ChoiceField):
            return self.form, asked
        known = self.answers if answers is None else answers
        ready = replace(asked, choices=tuple(await asked.offer(known, self.context)))
        fields = tuple(ready if f.slot == asked.slot else f for f in self.form.fields)
        return replace(self.form, fields=fields), ready

    async def checked(self, updates: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The updates that hold, and what has to be said about the others."""
        held: dict[str, Any] = {}
        said: list[str] = []
        for slot, value in updates.items():
            check = self.form.field(slot).check
            if check is None or value is None:
                held[slot] = value
                continue
            result = await check(value, {**self.answers, **held}, self.context)
            said += [text for text in (result.problem, result.note) if text]
            held.update(result.also)
            if not result.problem:
                held[slot] = result.value
        return held, "\n".join(said)

    async def go_on(
        self,
        updates: dict[str, Any],
        note: str,
        asking: Field | None = None,
        *,
        silent: bool = False,
        opening: str = "",
    ) -> Events:
        """Store what was understood and ask the next open question, or end the form when there is none.

        `opening`: the result action when the form is only being opened; Rasa's rules see only its later turns.
        """
        known = {**self.answers, **updates}
        # Answers to questions that a correction made pointless must not come back later.
        applicable = {f.slot for f in self.form.applicable(known)}
        own = {f.slot for f in self.form.fields}
        dropped = {
            slot: None
            for slot, value in known.items()
            if value is not None and slot in own and slot not in applicable
        }
        known.update(dropped)
        following = self.form.next_field(known)
        events = _slots({**updates, **dropped})
        if following is None:
            if note:
                say_text(self.dispatcher, note)
            followed = [FollowupAction(opening)] if opening else []
            return [*events, SlotSet("requested_slot", None), Progress().event(), *followed]
        if not silent:
            await self._ask(following, known, note)
        if not events:
            # Rasa rejects a form that sets no slot at all; the open one stays open.
            events = [SlotSet(following.slot, None)]
        same = following.slot == self._progress.slot
        progress = self._progress if same else Progress()
        return [*events, SlotSet("requested_slot", following.slot), progress.event()]

    async def _ask(self, following: Field, known: Mapping[str, Any], note: str) -> None:
        try:
            form, asked = await self.offering(following, known)
        except (Unavailable, BusinessError) as error:
            # What was said so far is kept: the next message asks the business system again.
            text = f"{error.message}您刚才填的内容还在，可以再试一次，或者转人工。"
            offer(self.dispatcher, "\n".join(p for p in (note, text) if p), [TRY_AGAIN, HUMAN])
            return
        ask(self.dispatcher, form, asked, known, note)

    def _one_of(self, texts: tuple[str, ...]) -> str:
        return words.said_differently(texts, self._turns)


def _slots(values: Mapping[str, Any]) -> Events:
    return [SlotSet(slot, value) for slot, value in values.items()]


def _given(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {slot: value for slot, value in answers.items() if value is not None}
