"""What people may be told of a task that is under way: its title and what was answered, nothing of who it was."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.entries import PersonField
from actions.forms.fields import SKIP, Field
from actions.forms.form import Form, Task

log = logging.getLogger(__name__)


def under_way(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence for a handoff out of an open task."""
    given = [
        f"{f.topic}：{f.show(answers[f.slot])}"
        for f in form.applicable(answers)
        if answers.get(f.slot) not in (None, SKIP) and _may_be_shown(f)
    ]
    return {"task": form.title, **({"answers": given} if given else {})}


def _may_be_shown(asked: Field) -> bool:
    """Stories and names may say who it is; what is chosen among offers made at the time is only a key here."""
    personal = asked.handle is not None or asked.free or isinstance(asked, PersonField)
    return not personal and asked.offer is None and bool(asked.question)


def tell_task(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    task: Task,
    events: Sequence[Mapping[str, Any]],
) -> None:
    """Tell the engine that the task's form goes on after `events`, should the next message be for people.

    Silent where it ends, is complete or leaves the word to another action, which may end it.
    """
    slots = {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    elsewhere = any(e["event"] in ("active_loop", "followup") for e in events)
    if (
        not events
        or elsewhere
        or not slots.get("requested_slot", tracker.get_slot("requested_slot"))
    ):
        return
    answers = {f.slot: tracker.get_slot(f.slot) for f in task.form.fields} | slots
    try:
        told = under_way(task.form, answers)
    except (ValueError, TypeError, KeyError) as error:
        # Answers that a newer version of the form reads otherwise: the citizen's turn goes on all the same.
        log.warning("answers of %s cannot be shown: %s", task.form.name, type(error).__name__)
        told = {"task": task.form.title}
    payload: dict[str, Any] = {"task": {"title": told["task"], "answers": told.get("answers", [])}}
    if task.business:
        payload["understanding"] = {"business": task.business}
    dispatcher.utter_message(json_message=payload)
