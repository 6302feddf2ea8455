"""A change to a task that is done: 不对，余额是10万 / 那贷20年呢. The task is done once more, with the rest as it was.

Only for tasks that reckon: nothing was submitted, and nothing in the answers is the citizen's own data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.forms.corrections import corrected
from actions.forms.entries import ConfirmField
from actions.forms.form import Form
from actions.forms.phrases import CORRECTION
from actions.forms.reading import read_message
from actions.forms.turn import Turn
from actions.forms.waiting import GOING_ON

SLOT = "last_task"
_WHAT_IF = re.compile(r"^(?:那|如果|要是|假如|假设|换成|改成|按)|呢[?？]?$|会怎么?样")


def keep_last(form: Form, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events that remember the answers of a task that reckons; nothing of the others."""
    submits = any(isinstance(f, ConfirmField) or f.handle for f in form.fields)
    kept = None if submits else {"form": form.name, "answers": dict(answers)}
    return [SlotSet(SLOT, kept)]


def changed_last(form: Form, tracker: Tracker, turn: Turn) -> dict[str, Any]:
    """All answers of the last task with what the message changes in them; empty when nothing is changed."""
    kept = tracker.get_slot(SLOT) or {}
    if kept.get("form") != form.name:
        return {}
    answers = kept["answers"]
    if turn.intent == "correct" or CORRECTION.search(turn.text):
        changed = corrected(form, form.fields[-1], answers, turn)
    elif _WHAT_IF.search(turn.text):
        unasked = {**dict.fromkeys(answers)}
        changed = read_message(form, unasked, turn).values
    else:
        changed = {}
    # A change that has to be looked over is for the form itself.
    if not changed or any(form.field(slot).check for slot in changed):
        return {}
    return {**answers, **changed}


def change_last(forms: Sequence[Form], tracker: Tracker, turn: Turn) -> list[dict[str, Any]]:
    """The events that do the last task again, if the message changes something in it; else none."""
    for form in forms:
        answers = changed_last(form, tracker, turn)
        if answers:
            slots = [SlotSet(slot, value) for slot, value in answers.items()]
            return [*slots, SlotSet(GOING_ON, form.name), FollowupAction(form.name)]
    return []
