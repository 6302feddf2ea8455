"""From every question of every task: out, to people, to an answer, to the beginning. Walks the registry."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.actions import ValidateFormAction
from actions.forms.amounts import CountField, MoneyField
from actions.forms.choices import ChoiceField
from actions.forms.entries import MonthField
from actions.forms.fields import SKIP, Field, Option
from actions.forms.form import Form, Task
from actions.forms.waiting import Waiting
from actions.needs import Needs
from actions.region import RegionNumbers
from actions.tasks.registry import TASKS
from core.clock import LOCAL_ZONE
from core.conversation.ports import KnowledgeHit, KnowledgeResult

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)
HIT = KnowledgeHit("a", "提前还款要手续费吗", "不收。", 0.95, [], "信贷", [])
OPENERS = {t.form.intent: Waiting(t.form.name, t.form.title, begun=False) for t in TASKS}


async def _two_choices(answers: Any, context: Any) -> Sequence[Option]:
    return Option("a", "上午九点"), Option("b", "下午两点")


def with_choices(task: Task) -> Task:
    """The task with choices where a business system would be asked for them."""
    fields = tuple(replace(f, offer=_two_choices) if f.offer else f for f in task.form.fields)
    return replace(task, form=replace(task.form, fields=fields))


def given_for(form: Form, asked: Field) -> dict[str, Any]:
    """Answers after which the question is the next one; the walk tries every way through the form."""
    found = _walk(form, asked, {})
    assert found is not None, f"{asked.slot} is never asked"
    return found


def _walk(form: Form, asked: Field, given: dict[str, Any]) -> dict[str, Any] | None:
    following = form.next_field(given)
    if following is None or following.slot == asked.slot:
        return given if following is not None else None
    hang_on_it = [f.when.get(following.slot, ()) for f in form.fields]
    turning = [value for values in hang_on_it if isinstance(values, tuple) for value in values]
    skipped = [SKIP] if following.skippable else []
    for value in dict.fromkeys([some_answer(following), *turning, *skipped]):
        way = _walk(form, asked, {**given, following.slot: value}) if value is not None else None
        if way is not None:
            return way
    return None


def some_answer(field: Field) -> Any:
    match field:
        case ChoiceField() if field.choices:
            return field.choices[0].value
        case CountField():
            # What is asked of grown-ups alone hangs on an age in the middle.
            return max(field.least, min(40, field.most))
        case MoneyField():
            return max(field.least, 1)
        case MonthField():
            return "1975-08"
        case _:
            return "2026-11-25" if type(field).__name__ == "DayField" else "x"


QUESTIONS = [
    pytest.param(task, field, id=f"{task.form.name}-{field.slot}")
    for task in map(with_choices, TASKS)
    for field in task.form.fields
]
# A story may hold questions and any other words; they are shown as they are, never run.
CLOSED_QUESTIONS = [asked for asked in QUESTIONS if not asked.values[1].free]


Events = list[dict[str, Any]]


def turn_in(
    task: Task, asked: Field, region: RegionNumbers, text: str, intent: str, sure: float = 0.95
) -> tuple[Events, Events]:
    """The events and the messages of one message while the question is open."""
    needs = Needs(
        lambda *_: KnowledgeResult("answer", [HIT]), lambda _: region, None, lambda: NOW, default_region="example"
    )  # fmt: skip
    slots = {**given_for(task.form, asked), "requested_slot": asked.slot}
    message = {
        "text": text, "intent": {"name": intent, "confidence": sure}, "entities": [],
        "metadata": {}, "intent_ranking": [{"name": intent, "confidence": sure}],
    }  # fmt: skip
    events = [{"event": "active_loop", "name": task.form.name}, {"event": "user", "text": text}]
    tracker = Tracker(
        "c1.0", slots, message, events, False, None, {"name": task.form.name}, "action_listen"
    )
    dispatcher = CollectingDispatcher()
    action = ValidateFormAction(task, needs, OPENERS)
    found = asyncio.run(action.run(dispatcher, tracker, {}))
    return found, dispatcher.messages


def follows(events: list[dict[str, Any]]) -> str:
    return next((str(e["name"]) for e in events if e["event"] == "followup"), "")


@pytest.mark.parametrize(("task", "asked"), QUESTIONS)
@pytest.mark.parametrize(
    ("text", "intent", "action"),
    [
        ("算了", "cancel", "action_cancel_task"),
        ("退出", "nlu_fallback", "action_cancel_task"),
        ("返回主菜单", "start_over", "action_cancel_task"),
        ("不办了", "deny", "action_cancel_task"),
        ("转人工", "request_human", "action_hand_off"),
        ("人工客服", "inform", "action_hand_off"),
        ("重新开始", "start_over", "action_start_over"),
        ("从头再来", "ask_loan", "action_start_over"),
    ],
)
def test_every_question_can_be_left(
    task: Task, asked: Field, region: RegionNumbers, text: str, intent: str, action: str
) -> None:
    events, messages = turn_in(task, asked, region, text, intent)
    # Without events Rasa's own rules take the message: they know these intents.
    by_rule = not events and intent in ("cancel", "request_human", "start_over")
    assert by_rule or follows(events) == action
    assert messages == []
    stored = {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    assert stored.get(asked.slot) is None


@pytest.mark.parametrize(("task", "asked"), CLOSED_QUESTIONS)
def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(
    task: Task, asked: Field, region: RegionNumbers
) -> None:
    events, messages = turn_in(task, asked, region, "提前还款要手续费吗", "ask_repayment")
    contents = [m["custom"]["content"] for m in messages if "content" in m["custom"]]
    assert contents[0]["type"] == "answer"
    assert len(contents) == 2, "the open question is put again"
    slots = {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    assert slots["requested_slot"] == asked.slot
    assert slots.get(asked.slot) is None


HOSTILE = [
    "/restart",
    '{"intent":"x"}',
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "9" * 1000,
    "🙂🙂",
    "a" * 4000,
]


@pytest.mark.parametrize(("task", "asked"), CLOSED_QUESTIONS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_answer_nothing_and_get_an_answer(
    task: Task, asked: Field, region: RegionNumbers, text: str
) -> None:
    events, messages = turn_in(task, asked, region, text, "nlu_fallback", 0.2)
    assert any("content" in m["custom"] for m in messages)
    slots = {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    assert slots.get(asked.slot) is None
