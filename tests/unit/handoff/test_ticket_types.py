"""What is wrong with a type of ticket, and every flow that is accepted leads every ticket to its end."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.tickets.numbers import LEFT_MESSAGES
from handoff.tickets.types.checking import (
    RESERVED_PREFIXES,
    TicketTypeFaulty,
    check,
    flow_mistakes,
    mistakes,
)
from handoff.tickets.types.definition import END, Flow, TicketDefinition
from handoff.tickets.types.shipped import shipped

HANDLE = {"key": "handle", "name": "承办", "kind": "handle", "next": [END]}


def stage(key: str, *next_: str, kind: str = "handle", **who: Any) -> dict[str, Any]:
    who = who or ({"kind": "leader"} if kind == "review" else {"kind": "assigned"})
    return {"key": key, "name": f"环节{key}", "kind": kind, "who": who, "next": list(next_)}


def definition(*stages: dict[str, Any], **rest: Any) -> TicketDefinition:
    data = {"name": "测试", "flow": {"stages": list(stages) or [HANDLE]}, **rest}
    return TicketDefinition.model_validate(data)


def found(*stages: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(each.code, each.stage) for each in mistakes(definition(*stages))}


def test_numbers_of_left_messages_are_nobody_elses() -> None:
    assert {LEFT_MESSAGES} == RESERVED_PREFIXES


@pytest.mark.parametrize("type_id", shipped())
def test_what_ships_has_no_mistakes(type_id: str) -> None:
    assert mistakes(shipped()[type_id]) == []


def test_the_flows_that_ship_are_those_of_the_guide() -> None:
    stages = {id_: [one.key for one in each.flow.stages] for id_, each in shipped().items()}
    assert stages["consultation"] == ["handle"]
    assert stages["complaint"] == ["dispatch", "handle", "leader_review"]
    assert stages["petition"] == [*stages["complaint"], "supervisor_review"]


def test_a_flow_needs_an_end() -> None:
    assert found(stage("a", "b"), stage("b", "a")) == {
        ("no_end", None), ("circle", "a"), ("circle", "b"),
    }  # fmt: skip


def test_a_circle_is_named_at_each_of_its_stages_and_at_no_other() -> None:
    assert found(stage("a", "b"), stage("b", "c", END), stage("c", "b")) == {
        ("circle", "b"), ("circle", "c"),
    }  # fmt: skip


def test_a_way_that_only_leads_into_a_circle_never_ends() -> None:
    assert found(stage("a", END, "b"), stage("b", "c"), stage("c", "c")) == {
        ("no_end", "b"), ("circle", "c"),
    }  # fmt: skip


def test_what_nothing_leads_to_is_named() -> None:
    assert found(stage("a", END), stage("b", END)) == {("unreachable", "b")}


def test_a_review_needs_something_to_review_on_every_way_to_it() -> None:
    review, dispatch = stage("r", END, kind="review"), stage("d", "h", "r", kind="dispatch")
    assert found(dispatch, stage("h", "r"), review) == {("review_of_nothing", "r")}
    assert found(stage("d", "h", kind="dispatch"), stage("h", "r"), review) == set()


def test_nobody_ends_a_ticket_before_an_answer_is_written() -> None:
    assert found(stage("d", "h", END, kind="dispatch"), stage("h", END)) == {("unanswered", "d")}


def test_stages_say_who_does_them_and_nobody_reviews_himself() -> None:
    for who in ({"kind": "department"}, {"kind": "persons"}, {"kind": "role"}):
        one = {**HANDLE, "who": who}
        assert found(one) == {("nobody", "handle")}
    own = {**stage("r", END, kind="review"), "who": {"kind": "assigned"}}
    assert found(stage("h", "r"), own) == {("own_review", "r")}


def test_stages_are_named_once_and_go_where_there_is_something() -> None:
    assert found(stage("a", END), stage("a", END)) == {("twice", "a")}
    assert found(stage(END, END)) == {("twice", END)}
    assert found(stage("a", "b")) == {("unknown_next", "a")}
    assert found(stage("a", END, END)) == {("twice", "a")}


@pytest.mark.parametrize(
    ("rest", "code", "where"),
    [
        ({"prefix": "LY"}, "reserved_prefix", "prefix"),
        ({"priorities": ["low"], "priority": "high"}, "unknown_priority", "priority"),
        ({"fields": [{"key": "a", "name": "甲", "kind": "choice"}]}, "no_choices", "fields.0.choices"),
        ({"fields": [{"key": "a", "name": "甲", "choices": ["是"]}]}, "needless_choices", "fields.0.choices"),
        ({"fields": [{"key": "a", "name": "甲"}, {"key": "a", "name": "乙"}]}, "twice", "fields.1.key"),
        ({"fields": [{"key": "a", "name": "甲"}, {"key": "b", "name": "甲"}]}, "twice", "fields.1.name"),
        ({"templates": [{"name": "甲", "text": "{phone}您好"}]}, "unknown_placeholder", "templates.0.text"),
    ],
)  # fmt: skip
def test_what_else_can_be_wrong_is_found_and_placed(
    rest: dict[str, Any], code: str, where: str
) -> None:
    assert (code, where) in {(each.code, each.where) for each in mistakes(definition(**rest))}


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(TicketTypeFaulty) as refused:
        check(definition(stage("a", "a"), stage("b", END), prefix="LY"))
    details = refused.value.details
    assert set(details["reasons"]) == {"flow.stages.0.next", "flow.stages.1", "prefix"}
    assert refused.value.message == details["mistakes"][0]["message"]


# ---- every flow ----------------------------------------------------------------------------------

KEYS = "abcdef"


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any directed graph over up to six stages of any kind."""
    keys = KEYS[: draw(st.integers(1, len(KEYS)))]
    stages = []
    for key in keys:
        nexts = draw(st.lists(st.sampled_from([*keys, END]), min_size=1, max_size=4, unique=True))
        kind = draw(st.sampled_from(["handle", "handle", "dispatch", "review"]))
        stages.append(stage(key, *nexts, kind=kind))
    return Flow.model_validate({"stages": stages})


def _walks(flow: Flow) -> list[tuple[str, ...]]:
    """The obvious reference: every sequence of stages, no longer than one more than there are, that the flow allows.

    A walk of more steps than stages meets one of them twice.
    """
    ways = {one.key: set(one.next) for one in flow.stages}
    walks: list[tuple[str, ...]] = []
    growing: list[tuple[str, ...]] = [(flow.stages[0].key,)]
    for _ in range(len(ways) + 1):
        walks += growing
        growing = [
            (*walk, key)
            for walk, key in product(growing, [*ways, END])
            if walk[-1] != END and key in ways[walk[-1]] and len(set(walk)) == len(walk)
        ]
    return walks + growing


@given(flows())
def test_a_flow_is_accepted_exactly_when_every_walk_along_it_ends_answered(flow: Flow) -> None:
    kinds = {one.key: one.kind for one in flow.stages}
    walks = _walks(flow)
    circle = any(len(set(walk)) < len(walk) for walk in walks)
    reached = {key for walk in walks for key in walk}
    ends = not circle and all(
        any(other[: len(walk)] == walk and other[-1] == END for other in walks) for walk in walks
    )
    answered = all(
        any(kinds[before] == "handle" for before in walk[:-1])
        for walk in walks
        if walk[-1] == END or kinds[walk[-1]] == "review"
    )
    fine = not circle and set(kinds) <= reached and ends and answered
    assert (flow_mistakes(flow) == []) == fine
    codes = {each.code for each in flow_mistakes(flow)}
    assert ("circle" in codes) >= circle
    assert ("unreachable" in codes) == (not set(kinds) <= reached)
