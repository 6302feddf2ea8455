"""Whose a ticket becomes: the first rule that fits, fair turns, the emptiest hands, and no circle of substitutes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.routing.case import Candidate
from handoff.tickets.assigning.choice import (
    Case,
    Rule,
    first_fitting,
    matches,
    pick,
    present,
)
from handoff.tickets.assigning.reasons import explain
from handoff.tickets.assigning.staff import (
    Department,
    Person,
    Planned,
    Staff,
    circle_of,
    stand_in,
)

LOANS, COUNTER, EMPTY = "loans", "counter", "empty"
STAFF = Staff(
    departments={
        "centre": Department("centre", "中心"),
        LOANS: Department(LOANS, "贷款科", "centre"),
        COUNTER: Department(COUNTER, "窗口科", "centre"),
        EMPTY: Department(EMPTY, "空科"),
    },
    people={
        "li": Person("li", "李", LOANS),
        "wang": Person("wang", "王", LOANS),
        "zhao": Person("zhao", "赵", COUNTER),
        "sun": Person("sun", "孙"),
    },
)
WORDS = ["贷款", "态度", "Loan", "缴存"]
CASES = st.builds(
    Case,
    type=st.sampled_from(["complaint", "report"]),
    text=st.lists(st.sampled_from([*WORDS, "别的"]), max_size=3).map("，".join),
    business=st.sampled_from(["", "贷款", "公积金/提取"]),
    region=st.sampled_from(["", "示例市", "示例市高新区"]),
    source=st.sampled_from(["agent", "citizen"]),
    priority=st.sampled_from(["normal", "urgent"]),
    allowed=st.sets(st.sampled_from(["centre", LOANS, COUNTER])).map(frozenset),
    refused=st.sets(st.sampled_from([LOANS, COUNTER])).map(frozenset),
)
_CONDITIONS = {
    "type": ["complaint", "report"],
    "business": ["贷款", "提取"],
    "region": ["示例市", "示例市高新区"],
    "words": WORDS,
    "source": ["agent", "citizen"],
    "priority": ["urgent"],
}
_TARGETS = [
    (LOANS, None),
    (COUNTER, None),
    (EMPTY, None),
    ("gone", None),
    (None, "li"),
    (None, "sun"),
    (None, "left"),
]
RULES = st.lists(
    st.builds(
        lambda conditions, target: Rule("规则", conditions, *target),
        st.fixed_dictionaries(
            {}, optional={key: st.lists(st.sampled_from(of), max_size=2) for key, of in _CONDITIONS.items()}
        ),
        st.sampled_from(_TARGETS),
    ),
    max_size=8,
)  # fmt: skip


def leads_somewhere(rule: Rule, case: Case) -> bool:
    """The slow, obvious reading of who can be given it."""
    if rule.account_id is not None:
        if rule.account_id not in STAFF.people:
            return False
        department = STAFF.people[rule.account_id].department_id
        if department is None:
            return True
    else:
        department = rule.department_id
        if department not in (LOANS, COUNTER):
            return False
    allowed = not case.allowed or department in case.allowed or "centre" in case.allowed
    return allowed and department not in case.refused


@given(CASES, RULES)
def test_the_first_rule_that_holds_and_leads_to_somebody_wins(
    case: Case, rules: list[Rule]
) -> None:
    named = [replace(rule, name=f"规则{place}") for place, rule in enumerate(rules)]
    fit = first_fitting(case, named, STAFF)
    expected = next((r for r in named if matches(r, case) and leads_somewhere(r, case)), None)
    assert fit.rule == expected
    passed_over = [s["rule"] for s in fit.steps if s["kind"] not in ("rule", "no_rule")]
    before = named[: named.index(expected)] if expected else named
    assert passed_over == [rule.name for rule in before if matches(rule, case)]
    assert len(explain(fit.steps)) == len(fit.steps), "each step has words"


def test_all_conditions_of_a_rule_must_hold_and_one_value_of_each_is_enough() -> None:
    rule = Rule("贷款投诉", {"type": ["complaint"], "words": ["利率", "ｌｏａｎ"]}, LOANS)
    assert matches(rule, Case("complaint", "My LOAN is late"))
    assert not matches(rule, Case("report", "My LOAN is late"))
    assert not matches(rule, Case("complaint", "提取"))
    assert matches(Rule("全部"), Case("complaint"))


def test_what_the_bot_understood_of_a_business_counts_with_its_last_part() -> None:
    rule = Rule("提取", {"business": ["提取"]}, LOANS)
    assert matches(rule, Case("complaint", business="公积金/提取"))
    assert not matches(rule, Case("complaint", business=""))


def candidates(loads: list[int]) -> list[Candidate]:
    return [Candidate(f"p{n}", f"p{n}", load, 1) for n, load in enumerate(loads)]


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=9),
    st.integers(1, 60),
    st.booleans(),
)
def test_turns_are_even_within_one_whatever_is_in_the_hands(
    loads: list[int], tickets: int, grows: bool
) -> None:
    people, given_to = candidates(loads), Counter[str]()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    for _ in range(tickets):
        chosen, _why = pick(people, "round_robin")
        assert chosen is not None
        given_to[chosen.agent_id] += 1
        at += timedelta(microseconds=1)
        had = replace(chosen, last_given_at=at, active=chosen.active + int(grows))
        people[people.index(chosen)] = had
    counts = [given_to[each.agent_id] for each in people]
    assert max(counts) - min(counts) <= 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=9), st.integers(1, 40))
def test_nobody_gets_one_while_somebody_has_fewer(loads: list[int], tickets: int) -> None:
    people = candidates(loads)
    for _ in range(tickets):
        chosen, why = pick(people, "least_loaded")
        assert chosen is not None
        assert chosen.active == min(each.active for each in people)
        assert why is not None
        assert why["chosen"] == chosen.name
        people[people.index(chosen)] = replace(chosen, active=chosen.active + 1)


def test_anybody_means_nobody_in_particular() -> None:
    assert pick(candidates([0, 1]), "anybody") == (None, None)
    assert pick([], "round_robin") == (None, None)


KEYS = ["li", "wang", "zhao", "sun"]


@given(st.dictionaries(st.sampled_from(KEYS), st.none() | st.sampled_from([*KEYS, "left"])))
def test_whoever_stands_in_is_there_and_no_circle_goes_on_for_ever(
    away: dict[str, str | None],
) -> None:
    staff = replace(STAFF, away=away)
    for key in KEYS:
        found = stand_in(key, staff)
        assert len(set(found.chain)) == len(found.chain)
        assert found.chain[0] == key
        if found.person is not None:
            assert found.person.id == found.chain[-1]
            assert found.person.id not in away
        elif found.circle:
            assert away[found.chain[-1]] in found.chain
    there = present(LOANS, staff)
    assert all(person.id not in away for person in there)
    if not {"li", "wang"} <= set(away):
        assert {person.id for person in there} == {"li", "wang"} - set(away)


def test_two_who_stand_in_for_each_other_leave_it_to_the_department() -> None:
    found = stand_in("li", replace(STAFF, away={"li": "wang", "wang": "li"}))
    assert (found.person, found.chain, found.circle) == (None, ("li", "wang"), True)


def test_where_everybody_of_a_department_is_away_their_substitutes_get_it() -> None:
    staff = replace(STAFF, away={"li": "zhao", "wang": None})
    assert [person.id for person in present(LOANS, staff)] == ["zhao"]


def test_a_department_without_people_is_passed_over_unless_another_system_works_for_it() -> None:
    rules = [Rule("空", {}, EMPTY), Rule("贷款", {}, LOANS)]
    names = [
        fit.rule.name
        for staff in (STAFF, replace(STAFF, programs=frozenset({EMPTY})))
        if (fit := first_fitting(Case("complaint"), rules, staff)).rule
    ]
    assert names == ["贷款", "空"]


def test_departments_in_a_circle_do_not_hang_the_walk() -> None:
    staff = Staff({"a": Department("a", "A", "b"), "b": Department("b", "B", "a")})
    assert staff.upwards("a") == ["a", "b"]
    assert staff.members("a") == []


MORNING = datetime(2026, 11, 23, tzinfo=UTC)
SPANS = st.tuples(st.integers(0, 9), st.integers(1, 4))
PLANNED = st.builds(
    lambda account, substitute, span: Planned(
        account, substitute, MORNING + timedelta(hours=span[0]),
        MORNING + timedelta(hours=span[0] + span[1]),
    ),
    st.sampled_from(KEYS), st.none() | st.sampled_from(KEYS), SPANS,
)  # fmt: skip


@given(PLANNED, st.lists(PLANNED, max_size=6))
def test_a_circle_of_substitutes_is_found_exactly_where_an_hour_has_one(
    wanted: Planned, others: list[Planned]
) -> None:
    def circular(hour: int) -> bool:
        at = MORNING + timedelta(hours=hour, minutes=30)
        away = {each.account: each.substitute for each in others if each.start <= at < each.end}
        if not wanted.start <= at < wanted.end or wanted.substitute is None:
            return False
        following: str | None = wanted.substitute
        for _ in KEYS:
            if following == wanted.account:
                return True
            following = away.get(following) if following is not None else None
        return False

    assert bool(circle_of(wanted, others)) == any(circular(hour) for hour in range(15))
