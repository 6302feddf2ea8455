"""What a task does when the business system is away or refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.dialogue.resuming import AffirmAction
from actions.forms.actions import ValidateFormAction
from actions.forms.context import Answers, Checked, EndForm, TaskContext
from actions.forms.results import FormResultAction
from actions.forms.waiting import Waiting
from actions.needs import Needs
from actions.region import RegionNumbers
from tests.unit.actions.visit import (
    FORM,
    LOAN,
    VISIT,
    _away,
    _gone,
    labels,
    needs_in,
    run,
    validate,
    with_hook,
)


@pytest.fixture
def needs(region: RegionNumbers) -> Needs:
    return needs_in(region)


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
