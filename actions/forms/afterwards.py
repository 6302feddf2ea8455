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

SLOT = "last_task"
_WHAT_IF = re.compile(r"^(?:那|如果|要是|假如|假设|换成|改成|按)|呢[?？]?$|会怎么?样")


def keep_last(form: Form, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events that remember the answers of a task that reckons; nothing of the others."""
    submits = any(isinstance(f, ConfirmField) or f.handle for f in form.fields)
    kept = None if submits else {"form": form.name, "answers": dict(answers)}
    return [SlotSet(SLOT, kept)]


def last_answers(form: Form, tracker: Tracker) -> dict[str, Any]:
    """The answers this form was done with last; empty when another task came after it."""
    kept = tracker.get_slot(SLOT) or {}
    return dict(kept["answers"]) if kept.get("form") == form.name else {}


def changed_last(form: Form, tracker: Tracker, turn: Turn) -> dict[str, Any]:
    """What the message changes in those answers; empty when nothing."""
    answers = last_answers(form, tracker)
    if not answers:
        return {}
    if turn.intent == "correct" or CORRECTION.search(turn.text):
        return corrected(form, form.fields[-1], answers, turn)
    if _WHAT_IF.search(turn.text):
        return read_message(form, dict.fromkeys(answers), turn).values
    return {}


def change_last(forms: Sequence[Form], tracker: Tracker, turn: Turn) -> list[dict[str, Any]]:
    """The events that open the last task once more, if the message changes something in it; else none."""
    changed = (form.name for form in forms if changed_last(form, tracker, turn))
    name = next(changed, None)
    return [FollowupAction(name)] if name else []
