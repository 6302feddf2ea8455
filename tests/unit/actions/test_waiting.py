"""What waits until a task ends, and a task that is done once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from actions.dialogue.steering import CancelTaskAction
from actions.forms.waiting import Waiting, interrupt
from actions.needs import Needs
from actions.region import RegionNumbers
from tests.unit.actions.visit import FORM, LOAN, VISIT, needs_in, run, validate


@pytest.fixture
def needs(region: RegionNumbers) -> Needs:
    return needs_in(region)


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
