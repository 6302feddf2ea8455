"""What a task does when the business system is away, and what waits until it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.resuming import AffirmAction
from actions.dialogue.steering import CancelTaskAction
from actions.forms.actions import ValidateFormAction
from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Checked, EndForm, Outcome, TaskContext
from actions.forms.fields import Option
from actions.forms.form import Form, Task
from actions.forms.results import FormResultAction
from actions.forms.waiting import Waiting, interrupt
from actions.needs import Needs
from actions.region import RegionNumbers
from core.clock import LOCAL_ZONE
from core.conversation.business_errors import HallNotFound
from core.conversation.content import TextContent
from core.conversation.ports import KnowledgeResult
from core.errors import Unavailable

HALLS = (Option("east", "城东"), Option("west", "城西"))


async def _away(*_: Any) -> Any:
    raise Unavailable("业务系统暂时没有响应。", part="business_system")


async def _gone(*_: Any) -> Any:
    raise HallNotFound


async def _finish(answers: Answers, context: TaskContext) -> Outcome:
    return Outcome([TextContent(text="约好了。")])


FORM = Form(
    "visit_form",
    "book_appointment",
    "预约",
    (ChoiceField(slot="visit_hall", topic="大厅", question="去哪个大厅？", choices=HALLS),),
)
VISIT = Task(FORM, _finish)
LOAN = Waiting("loan_form", "公积金贷款额度测算")


def with_hook(**hook: Any) -> Task:
    return replace(VISIT, form=replace(FORM, fields=(replace(FORM.fields[0], **hook),)))


Ran = tuple[dict[str, Any], list[dict[str, Any]], list[str]]


def run(
    action: Action,
    region: RegionNumbers,
    text: str = "城东",
    *,
    asking: bool = True,
    slots: Any = None,
    intent: str = "inform",
    before: Sequence[dict[str, Any]] = (),
) -> Ran:
    """Slots set, contents said, and the names of what follows or ends."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [],
        "metadata": {},
    }
    held = {**({"requested_slot": "visit_hall"} if asking else {}), **(slots or {})}
    loop = {"name": "visit_form"} if asking else {}
    events = [*before, {"event": "user", "text": text}]
    tracker = Tracker("c.0", held, message, events, False, None, loop, "action_listen")
    dispatcher = CollectingDispatcher()
    done = asyncio.run(action.run(dispatcher, tracker, {}))
    stored = {e["name"]: e["value"] for e in done if e["event"] == "slot"}
    said = [m["custom"]["content"] for m in dispatcher.messages if "content" in m["custom"]]
    return (
        stored,
        said,
        [str(e["name"]) for e in done if e["event"] in ("followup", "active_loop")],
    )


@pytest.fixture
def needs(region: RegionNumbers) -> Needs:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)
    return Needs(
        lambda *_: KnowledgeResult("unknown", []), lambda _: region, None, lambda: now, default_region="example"
    )  # fmt: skip


def validate(task: Task, needs: Needs) -> ValidateFormAction:
    return ValidateFormAction(
        task, needs, {FORM.intent: Waiting("visit_form", "预约", begun=False)}
    )


def labels(content: dict[str, Any]) -> list[str]:
    return [choice["label"] for choice in content.get("choices", [])]


@pytest.mark.parametrize("hook", ["check", "offer"])
def test_a_system_that_is_away_leaves_the_question_open_and_offers_to_try_again(
    needs: Needs, region: RegionNumbers, hook: str
) -> None:
    stored, said, following = run(validate(with_hook(**{hook: _away}), needs), region)
    assert stored["visit_hall"] is None
    assert following == []
    assert "没有响应" in said[0]["text"]
    assert labels(said[0]) == ["再试一次", "转人工"]


@pytest.mark.parametrize("hook", ["check", "offer"])
def test_a_refusal_nobody_expected_leaves_the_question_open(
    needs: Needs, region: RegionNumbers, hook: str
) -> None:
    stored, said, following = run(validate(with_hook(**{hook: _gone}), needs), region)
    assert stored == {"visit_hall": None}
    assert following == []
    assert "没有找到这个服务大厅" in said[0]["text"]
    assert labels(said[0]) == ["再试一次", "转人工"]


def test_a_result_that_is_refused_without_being_expected_keeps_the_answers(
    needs: Needs, region: RegionNumbers
) -> None:
    action = FormResultAction(replace(VISIT, finish=_gone), needs)
    stored, said, _ = run(action, region, asking=False, slots={"visit_hall": "east"})
    assert "visit_hall" not in stored, "the answer is kept"
    assert "没有找到这个服务大厅" in said[0]["text"]


def test_choices_that_cannot_be_had_at_the_opening_keep_the_form_open(
    needs: Needs, region: RegionNumbers
) -> None:
    action = validate(with_hook(offer=_away), needs)
    stored, said, following = run(action, region, "我要预约", asking=False)
    assert stored["requested_slot"] == "visit_hall"
    assert following == []
    assert "再试一次" in labels(said[-1])


def test_what_was_interrupted_waits_when_the_next_task_cannot_begin(
    needs: Needs, region: RegionNumbers
) -> None:
    def closed(turn: Any, context: TaskContext) -> Any:
        raise EndForm("现在不能预约。")

    away = replace(FORM, fields=(replace(FORM.fields[0], check=_away),))
    for task in (replace(VISIT, prepare=closed), replace(VISIT, form=away)):
        openers = {
            FORM.intent: Waiting("visit_form", "预约", begun=False),
            "calculate_loan": replace(LOAN, begun=False),
        }
        action = ValidateFormAction(task, needs, openers)
        opened = [{"event": "active_loop", "name": name} for name in ("loan_form", "visit_form")]
        slots = {"opening": {"text": "约城东", "intent": "book_appointment", "entities": []}}
        stored, said, _ = run(action, region, "约城东", asking=False, slots=slots, before=opened)
        assert stored["waiting_tasks"][0]["action"] == "loan_form"
        assert labels(said[-1]) == ["继续办理", "不用了"]
        assert stored["opening"] is None, "the next task must not read these words"


def test_a_refusal_instead_of_choices_is_told_and_does_not_lose_what_was_said(
    needs: Needs, region: RegionNumbers
) -> None:
    task = with_hook(offer=_gone)
    _, said, _ = run(validate(task, needs), region, "公积金怎么提取？", intent="ask_withdrawal")
    assert len(said) == 2
    assert "没有找到这个服务大厅" in said[-1]["text"]


@pytest.mark.parametrize(
    ("text", "intent", "leads_to"),
    [
        ("算了", "cancel", "action_cancel_task"),
        ("转人工", "request_human", "action_hand_off"),
        ("我不想弄这个了", "cancel", "action_cancel_task"),
    ],
)
def test_a_system_that_is_away_keeps_nobody_in_the_form(
    needs: Needs, region: RegionNumbers, text: str, intent: str, leads_to: str
) -> None:
    stored, said, following = run(
        validate(with_hook(offer=_away), needs), region, text, intent=intent
    )
    # Nothing is set: Rasa's rules lead out by the intent.
    assert (stored, following) in (({}, []), ({"visit_hall": None}, [leads_to]))
    assert said == []


def test_a_question_is_answered_while_the_system_is_away(
    needs: Needs, region: RegionNumbers
) -> None:
    _, said, _ = run(
        validate(with_hook(offer=_away), needs), region, "公积金怎么提取？", intent="ask_withdrawal"
    )
    assert "没有响应" not in said[0]["text"]
    assert "没有响应" in said[-1]["text"]


def test_a_system_that_is_away_at_the_opening_promises_nothing(
    needs: Needs, region: RegionNumbers
) -> None:
    form = replace(FORM, fields=(replace(FORM.fields[0], check=_away),))
    action = validate(replace(VISIT, form=form), needs)
    stored, said, following = run(action, region, "约城东", asking=False)
    assert "还在" not in said[0]["text"]
    assert labels(said[0]) == ["转人工"]
    assert following == ["None", "action_listen"]
    assert stored.get("visit_hall") is None


def test_a_result_that_cannot_be_had_keeps_the_answers_and_can_be_gone_on_with(
    needs: Needs, region: RegionNumbers
) -> None:
    action = FormResultAction(replace(VISIT, finish=_away), needs)
    stored, said, _ = run(action, region, asking=False, slots={"visit_hall": "east"})
    assert "visit_hall" not in stored, "the answer is kept"
    assert stored["waiting_tasks"][0]["action"] == "visit_form"
    assert labels(said[0]) == ["继续办理", "转人工"]


@pytest.mark.parametrize("text", ["确认提交", "好的"])
def test_a_yes_tries_once_more_what_could_not_be_submitted(
    needs: Needs, region: RegionNumbers, text: str
) -> None:
    result = FormResultAction(replace(VISIT, finish=_away), needs)
    stored, said, _ = run(result, region, asking=False, slots={"visit_hall": "east"})
    offered = {"event": "bot", "data": {"custom": {"content": said[0]}}}
    stored, said, following = run(
        AffirmAction(), region, text, asking=False, slots=stored, before=[offered], intent="affirm"
    )
    assert following == ["visit_form"]
    assert stored["going_on"] == "visit_form"
    assert said == []


def test_a_refused_answer_is_explained_and_more_is_offered_each_time(
    needs: Needs, region: RegionNumbers
) -> None:
    async def full(value: Any, answers: Answers, context: TaskContext) -> Checked:
        return Checked(problem="这个大厅约满了。")

    action = validate(with_hook(check=full), needs)
    progress: Any = None
    texts: list[str] = []
    for _ in range(4):
        stored, said, _ = run(action, region, slots={"form_progress": progress})
        progress = stored["form_progress"]
        assert stored.get("visit_hall") is None
        assert "约满了" in said[-1]["text"]
        texts.append(said[-1]["text"])
    assert len(set(texts[:3])) == 3


def test_a_task_that_ends_by_itself_says_why_and_offers_what_waits(
    needs: Needs, region: RegionNumbers
) -> None:
    async def closed(value: Any, answers: Answers, context: TaskContext) -> Checked:
        raise EndForm("今天不能预约了。")

    waiting = [LOAN.__dict__]
    action = validate(with_hook(check=closed), needs)
    stored, said, following = run(action, region, slots={"waiting_tasks": waiting})
    assert said[0]["text"] == "今天不能预约了。"
    assert labels(said[-1]) == ["继续办理", "不用了"]
    assert following == ["None", "action_listen"]
    assert stored["requested_slot"] is None


def test_a_cancelled_task_offers_the_one_that_waits(needs: Needs, region: RegionNumbers) -> None:
    action = CancelTaskAction([VISIT], needs)
    stored, said, _ = run(action, region, "算了", slots={"waiting_tasks": [LOAN.__dict__]})
    assert "已取消" in said[0]["text"]
    assert "公积金贷款额度测算还没办完" in said[-1]["text"]
    assert stored["visit_hall"] is None


def test_only_the_task_interrupted_last_waits_beside_wishes_not_begun() -> None:
    wish = Waiting("halls_form", "查服务大厅", begun=False)
    waiting: Sequence[Waiting] = interrupt([wish], Waiting("a_form", "甲"))
    waiting = interrupt(waiting, Waiting("b_form", "乙"))
    assert [task.action for task in waiting] == ["b_form", "halls_form"]


def test_a_task_that_was_done_is_done_again_with_a_changed_answer(
    needs: Needs, region: RegionNumbers
) -> None:
    last = {"form": "visit_form", "answers": {"visit_hall": "east"}}
    form = replace(FORM, fields=(replace(FORM.fields[0], keywords=("城东", "城西")),))
    action = validate(replace(VISIT, form=form), needs)
    stored, said, following = run(
        action, region, "不对，是城西", asking=False, slots={"last_task": last}
    )
    assert stored["visit_hall"] == "west"
    assert "重新" in said[0]["text"]
    assert following == ["action_visit_result"]
