"""Runs a task's form inside Rasa: validate_<form> handles each turn; results.py tells the outcome.

Rasa calls validate_<form> once per message. It answers with everything at once: the slots, the next
question, and `requested_slot`; so a turn inside a form costs one call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.afterwards import changed_last, last_answers
from actions.forms.asking import TRY_AGAIN, Events, forget
from actions.forms.context import EndForm, Handled, Prepared
from actions.forms.dialogue import Meaning, Turn, open_form, said_back, take_turn
from actions.forms.fields import Field
from actions.forms.form import Task
from actions.forms.phrases import way_out
from actions.forms.progress import Progress
from actions.forms.round import Round
from actions.forms.under_way import tell_task
from actions.forms.waiting import (
    GOING_ON,
    OPENING,
    Waiting,
    asked_last,
    interrupt,
    keep,
    offer_next,
    waiting_tasks,
    without,
)
from actions.needs import Needs
from actions.replies import HUMAN, offer
from actions.turn import HAND_OFF_REASONS, read_turn
from actions.wishes import Openers, answer_questions, begin, share_out
from core.conversation.business_errors import BusinessError
from core.errors import Unavailable

# Where the intents that leave a form lead to, should Rasa's rules not see them.
LEADS_TO = {
    "cancel": "action_cancel_task",
    "bye": "action_bye",
    "start_over": "action_start_over",
    **dict.fromkeys(HAND_OFF_REASONS, "action_hand_off"),
}

# Without the choices of the question these cannot be told from each other; everything else, the way out above all,
# is understood while the business system is away.
NEEDS_CHOICES = (Meaning.ANSWER, Meaning.PROBLEM, Meaning.UNCLEAR, Meaning.SMALL_TALK)

DONE_AGAIN = "好的，按您说的重新算。"
# The form ends here; no rule knows what follows one that ends like this.
ENDED: Events = [
    ActiveLoop(None),
    SlotSet("requested_slot", None),
    FollowupAction("action_listen"),
]


class ValidateFormAction(Action):
    """validate_<form>. `openers`: what opens this and the other tasks, by intent."""

    def __init__(self, task: Task, needs: Needs, openers: Openers) -> None:
        self._task = task
        self._form = task.form
        self._prepare = task.prepare
        self._result = task.result_action
        self._needs = needs
        self._openers = openers
        self._others = frozenset(openers) - {task.form.intent}
        self._tasks = {opener.action: opener for opener in openers.values()}

    def name(self) -> str:
        return f"validate_{self._form.name}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        events = await self._take(dispatcher, tracker)
        tell_task(dispatcher, tracker, self._task, events)
        return events

    async def _take(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        try:
            return await self._run(dispatcher, tracker)
        except (Unavailable, BusinessError) as error:
            asking = self._asking(tracker)
            if asking is None:
                # It has not begun; there is nothing to keep and nothing to try again.
                offer(dispatcher, error.message, [HUMAN])
                return self._end(dispatcher, tracker)
            # Nothing is lost: the question stays open, and so do the answers before it.
            text = f"{error.message}您刚才填的内容还在，可以再试一次，或者转人工。"
            offer(dispatcher, text, [TRY_AGAIN, HUMAN])
            return [SlotSet(asking.slot, None)]
        except EndForm as end:
            offer(dispatcher, end.text, end.choices)
            return [*forget(self._form), Progress().event(), *self._end(dispatcher, tracker)]

    def _end(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """It cannot go on; what it interrupted can."""
        waiting = without(waiting_tasks(tracker), self._form.name)
        left = self._left(tracker) if self._asking(tracker) is None else None
        if left is not None:
            waiting = interrupt(waiting, left)
        offer_next(dispatcher, waiting)
        # The words that opened it are nobody else's.
        return [SlotSet(OPENING, None), SlotSet(GOING_ON, None), *keep(waiting), *ENDED]

    async def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        round_ = Round(self._form, self._needs, dispatcher, tracker)
        turn = read_turn(tracker)
        asking = self._asking(tracker)
        if asking is None:
            return await self._open(round_, turn)
        if self._spoke_last(tracker) is not None:
            # Rasa comes back to the form after another action had its say; the message is used up.
            # After a handoff people may have the word: the question is not asked again.
            silent = turn.intent in HAND_OFF_REASONS or bool(way_out(turn.text))
            started = self._spoke_last(tracker) == LEADS_TO["start_over"]
            # Begun again: what a task knows without asking it still knows.
            fresh = self._prepare(turn, round_.context) if started and self._prepare else Prepared()
            known = dict(fresh.answers)
            return await round_.go_on(known, fresh.note, silent=silent and not started)
        if asking.handle is not None and not way_out(turn.text):
            handled = await asking.handle(turn, round_.answers, round_.context, False)
            if handled is not None:
                return await round_.take(handled)
        shared = share_out(turn, self._openers)
        if shared is not None and not asking.free:
            return await self._share(round_, turn, asking)
        return await self._answer(round_, turn, asking)

    async def _answer(self, round_: Round, turn: Turn, asking: Field) -> Events:
        form, away = round_.form, None
        try:
            form, asking = await round_.offering(asking)
        except (Unavailable, BusinessError) as error:
            away = error
        step = take_turn(form, asking, round_.answers, turn, self._others)
        if away is not None and step.meaning in NEEDS_CHOICES:
            raise away
        if step.meaning is not Meaning.LEAVE:
            return await round_.handle(asking, step, turn)
        seen = str(((round_.tracker.latest_message or {}).get("intent") or {}).get("name") or "")
        opener = self._openers.get(turn.intent)
        leads_to = LEADS_TO.get(turn.intent) or (opener.action if opener else "")
        wanted = step.leave_by or leads_to
        if seen == turn.intent and leads_to == wanted:
            # Nothing set: Rasa takes the form's turn as rejected and lets its rules decide.
            return []
        return [SlotSet(asking.slot, None), FollowupAction(wanted)]

    async def _share(self, round_: Round, turn: Turn, asking: Field) -> Events:
        """A message with several wishes while the form is open."""
        shared = share_out(turn, self._openers)
        assert shared is not None
        await answer_questions(round_.dispatcher, shared, self._needs, round_.context.region_code)
        own = [wish for wish in turn.wishes if wish.intent == self._form.intent]
        values: dict[str, Any] = {}
        for wish in own:
            values |= open_form(self._form, turn.of_wish(wish), round_.answers).updates
        others = tuple(task for task in shared.tasks if task.action != self._form.name)
        events = begin(round_.dispatcher, round_.tracker, others, shared.reason)
        if others and not shared.reason:
            return [SlotSet(asking.slot, None), *events]
        note = said_back(self._form, values, round_.answers) if values else ""
        silent = bool(shared.reason)
        return [*events, *await round_.go_on(values, note, asking, silent=silent)]

    async def _open(self, round_: Round, turn: Turn) -> Events:
        """The form begins anew, or goes on where it was left."""
        tracker, context = round_.tracker, round_.context
        waiting = without(waiting_tasks(tracker), self._form.name)
        left = self._left(tracker)
        if left is not None:
            waiting = interrupt(waiting, left)
        if tracker.get_slot(GOING_ON) == self._form.name:
            # Its own result has asked for more: nothing was interrupted.
            note = "" if self._spoke_last(tracker) == self._result else "好的，我们接着办。"
            events = await round_.go_on({}, note, opening=self._result)
            return [SlotSet(GOING_ON, None), *keep(waiting), *events]
        shared = share_out(turn, self._openers)
        if tracker.get_slot(OPENING):
            # Words of an earlier message; what else that one held has been seen to.
            turn = Turn.from_slot(tracker.get_slot(OPENING))
        elif shared is not None and self._spoke_last(tracker) is None:
            await answer_questions(round_.dispatcher, shared, self._needs, context.region_code)
            others = [task for task in shared.tasks if task.action != self._form.name]
            waiting = [*others, *waiting]
            own = [wish for wish in turn.wishes if wish.intent == self._form.intent]
            turn = turn.of_wish(own[0]) if own else turn
            first = shared.tasks[0] if shared.tasks else None
            if first is not None and first.action != self._form.name and not shared.reason:
                # In the order they were said: the other one goes first.
                return [*ENDED[:2], *begin(round_.dispatcher, tracker, shared.tasks, "")]
            if shared.reason:
                task = self._openers[self._form.intent]
                begin(round_.dispatcher, tracker, (), shared.reason)
                waiting = [replace(task, wish=turn.as_slot()), *waiting]
                return [*keep(waiting), *ENDED]
        return await self._begin(round_, turn, waiting)

    async def _begin(self, round_: Round, turn: Turn, waiting: list[Waiting]) -> Events:
        changed = changed_last(self._form, round_.tracker, turn)
        if changed:
            # 那贷20年呢, right after the result: the other answers still hold.
            last = last_answers(self._form, round_.tracker)
            round_.answers = {**dict.fromkeys(round_.answers), **last}
            held, said = await round_.checked(changed)
            note = "\n".join(part for part in (DONE_AGAIN, said) if part)
            again = await round_.go_on({**last, **held}, note, opening=self._result)
            return [*keep(waiting), *again]
        # Opened anew: what an earlier, finished run left in the slots does not count.
        prepared = self._prepare(turn, round_.context) if self._prepare else Prepared()
        round_.answers = {**dict.fromkeys(round_.answers), **prepared.answers}
        read = open_form(self._form, turn, round_.answers).updates
        updates, said = await round_.checked(read)
        known = {**round_.answers, **updates}
        first = self._form.next_field(known)
        handled = Handled()
        if first is not None and first.handle is not None:
            handled = await first.handle(turn, known, round_.context, True) or handled
        opening = f"好的，我们来做{self._form.title}。"
        noted = said_back(self._form, updates, {}).removeprefix("好的，") if updates else ""
        note = "\n".join(p for p in (opening + noted, prepared.note, said, handled.note) if p)
        taken = {**prepared.answers, **updates, **handled.updates}
        events = await round_.take(replace(handled, updates=taken, note=note), opening=self._result)
        fresh = [SlotSet(OPENING, None), Progress().event(), *keep(waiting)]
        return [*forget(self._form), *fresh, *events]

    def _left(self, tracker: Tracker) -> Waiting | None:
        """The task that was open until this one was asked for."""
        loops = [e.get("name") for e in tracker.events if e.get("event") == "active_loop"]
        # Rasa has put the opening of this form among the events already.
        before = loops[-2] if len(loops) > 1 and loops[-1] == self._form.name else None
        task = self._tasks.get(before or "")
        if task is None or (task.over_at and task.over_at == asked_last(tracker)):
            return None
        return Waiting(task.action, task.title)

    def _asking(self, tracker: Tracker) -> Field | None:
        slot = tracker.get_slot("requested_slot")
        if (tracker.active_loop or {}).get("name") != self._form.name or not slot:
            return None
        return next((f for f in self._form.fields if f.slot == slot), None)

    def _spoke_last(self, tracker: Tracker) -> str | None:
        """The last action other than the form since the message came in."""
        for event in reversed(tracker.events):
            if event.get("event") == "user":
                return None
            if event.get("event") == "action" and event.get("name") != self._form.name:
                return str(event.get("name"))
        return None
