"""What a ticket's history says of a step."""

from __future__ import annotations

from typing import Any

import pytest

from handoff.tickets.types.definition import Flow, Stage, TicketDefinition, TicketField
from handoff.tickets.wording import Names, ids_in, lines_of

NAMES = Names(
    accounts={"li": "李红"},
    departments={"tq": "提取科", "gj": "归集科"},
    types={"complaint": "投诉", "other": "其他"},
    definition=TicketDefinition(
        name="投诉",
        fields=[TicketField(key="unit", name="单位名称")],
        flow=Flow(
            stages=[
                Stage(key="handle", name="办理", kind="handle", next=["review"]),
                Stage(key="review", name="审核", kind="review", next=["end"]),
            ]
        ),
    ),
)


@pytest.mark.parametrize(
    ("step", "data", "said"),
    [
        (
            "assign",
            {
                "from": "wang", "to": "li", "department_id": "tq", "assignee_id": "li",
                "stage": "handle", "why": [{"kind": "away", "names": ["王"], "person": "李红"}],
            },
            ["交给提取科 李红", "进入“办理”环节", "王缺席，由李红代办。"],
        ),
        (
            "return",
            {"from_department": "gj", "department_id": None, "stage": "handle"},
            ["由归集科退回", "进入“办理”环节"],
        ),
        ("accept", {"to": "li", "stage": "handle"}, []),
        (
            "escalate",
            {"target": "resolve", "due_at": "2026-11-30T09:00:00+00:00", "told": ["li", "gone"]},
            ["办结期限 2026年11月30日（周一）17:00 已过，已通知 李红"],
        ),
        (
            "reschedule",
            {"changes": [
                {"target": "resolve", "old": "2026-11-30T09:00:00+00:00", "new": "2026-12-01T09:00:00+00:00"},
                {"target": "answer", "old": None, "new": "2026-11-25T16:00:00+00:00"},
                {"target": "accept", "old": "2026-11-24T09:00:00+00:00", "new": None},
            ]},
            [
                "办结期限由 2026年11月30日（周一）17:00 改为 2026年12月1日（周二）17:00",
                "首次答复期限定为 2026年11月25日（周三）24:00",
                "不再有受理期限（原为 2026年11月24日（周二）17:00）",
            ],
        ),
        ("approve", {"from": "review", "stage": "end"}, ["进入“办结”环节"]),
        (
            "classify",
            {"from_type": "other", "to_type": "complaint", "priority": ["normal", "urgent"]},
            ["类型由“其他”改为“投诉”", "紧急程度由“普通”改为“特急”"],
        ),
        (
            "revise",
            {"business": [None, "提取"], "changed": ["title", "unit", "gone"]},
            ["业务由“无”改为“提取”", "修改了标题、单位名称、gone"],
        ),
        ("follow_up", {"result": "unsatisfied"}, ["市民不满意"]),
        ("rate", {"score": 5}, ["评分 5 分"]),
        ("merge", {"id": "x", "number": "TS20261123-0001"}, ["工单 TS20261123-0001"]),
        ("close", {"by_itself": True}, ["到期自动关闭"]),
        ("tell", {"way": "none", "of": 4}, ["没有市民的联系方式，未能告知"]),
        ("comment", {}, []),
        ("assign", {"to": "gone", "stage": "gone", "priority": "odd"}, []),
    ],
)  # fmt: skip
def test_a_step_is_said_in_words(step: str, data: dict[str, Any], said: list[str]) -> None:
    assert lines_of(step, data, NAMES) == said


def test_names_are_asked_for_what_the_data_names() -> None:
    data = {
        "to": "li",
        "assignee_id": "li",
        "department_id": None,
        "from_department": "gj",
        "stage": "end",
    }
    assert ids_in(data) == ({"li"}, {"gj"})
