"""Why a conversation went there, in sentences; and that old or broken reasons do no harm."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handoff.routing import reasons
from handoff.routing.priority import Part


def test_every_step_has_its_sentence() -> None:
    steps = [
        {"kind": "rule_empty", "rule": "一", "group": "空组"}, {"kind": "rule", "rule": "二", "group": "贷款组"},
        {"kind": "business", "business": "贷款", "group": "贷款组"}, {"kind": "anybody"},
        reasons.handoff_rule_step("贷款组"),
        reasons.priority_step(15, [Part("tag", "残疾", 10), Part("age", "65", 5)]),
        reasons.wanted_step("asked", "小王", 120), reasons.wanted_step("familiar", "小王", 30),
        reasons.wanted_away_step("designated", "小李"), {"kind": "wanted_free", "agent": "小王"},
        reasons.overflow_step("贷款组", "", 120), reasons.moved_step("班长", "提取组"),
        reasons.transferred_step("小王", "贷款组"), reasons.reprioritised_step("班长", 50),
        reasons.reassigned_step("班长"), reasons.handed_over_step("小王"),
        {"kind": "candidates", "strategy": "least_loaded", "chosen": "小王", "number": 9,
         "agents": [{"name": "小王", "active": 1, "capacity": 5}]},
    ]  # fmt: skip
    lines = reasons.explain(reasons.reason("pushed", steps=steps, waited_seconds=95))
    assert len(lines) == len(steps) + 2
    assert lines[5] == "优先级 15：标签“残疾” +10、年满 65 岁 +5。"
    assert lines[10] == "“贷款组”2 分钟内没有接起，溢出到所有坐席，排队时间照算。"
    assert lines[-3:] == [
        "可接待的坐席：小王 1/5等 9 人；手上会话最少的优先，选了小王。",
        "排队 95 秒。",
        "系统自动分配。",
    ]


def test_assignments_from_before_there_were_steps_are_explained_as_far_as_known() -> None:
    assert reasons.explain({"how": "next", "waited_seconds": 4.2})[0] == "排队 4 秒。"
    assert reasons.explain({}, trigger="taken_over") == ["坐席从智能助手处接管，没有排队。"]
    assert reasons.explain({"by": "x"}, trigger="transferred") == ["由同事转接而来。"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "how": JSON,
            "waited_seconds": JSON,
            "steps": st.lists(
                st.fixed_dictionaries(
                    {"kind": st.sampled_from(["rule", "priority", "wanted", "candidates", "?"])},
                    optional={
                        "rule": JSON,
                        "group": JSON,
                        "parts": JSON,
                        "why": JSON,
                        "agents": JSON,
                    },
                )
                | JSON,
                max_size=4,
            ),
        },
    )
)
def test_whatever_is_stored_is_read_without_an_error(reason: dict[str, Any]) -> None:
    assert all(isinstance(line, str) for line in reasons.explain(reason))
