"""Who gets whom: rules to groups, strategies, and a desk whose agents come and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from handoff.routing.case import Candidate, Case, Group, Waiting
from handoff.routing.choose import choose, has_room, may_serve, plan
from handoff.routing.rules import Rule, route
from handoff.routing.strategies import Strategy, load, ranked

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GROUPS = {
    "loans": Group("loans", "贷款组", ("贷款",), frozenset({"a"})),
    "taxes": Group("taxes", "提取组", ("提取",), frozenset({"b"})),
    "empty": Group("empty", "空组", ("缴存",), frozenset()),
}
CASE = Case(
    "web", "web", business="贷款", sub_channel="/loan/apply", region="示例市高新区", tags=("老人",)
)


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({}, True),
        ({"business": ["贷款", "提取"]}, True),
        ({"business": ["提取"]}, False),
        ({"sub_channel": ["/loan/*"]}, True),
        ({"sub_channel": ["/loan"]}, False),
        ({"region": ["示例市"]}, True),
        ({"region": ["别的市"]}, False),
        ({"tag": ["老人"], "channel": ["web"]}, True),
        ({"tag": ["老人"], "channel": ["wechat"]}, False),
        ({"language": ["en"]}, False),
        ({"customer_group": ["重点企业"]}, False),
    ],
)
def test_a_rule_holds_when_all_its_conditions_do(
    conditions: dict[str, list[str]], matches: bool
) -> None:
    where = route(CASE, [Rule("试", "taxes", conditions)], GROUPS)
    # Without the rule the business decides.
    assert where.group_id == ("taxes" if matches else "loans")


def test_the_first_rule_wins_and_an_empty_group_is_passed_over_and_written_down() -> None:
    rules = [Rule("空", "empty"), Rule("没了", "gone"), Rule("提", "taxes"), Rule("贷", "loans")]
    where = route(CASE, rules, GROUPS)
    assert where.group_id == "taxes"
    assert [step["kind"] for step in where.steps] == ["rule_empty", "rule_empty", "rule"]


def test_what_no_rule_and_no_group_is_for_is_everybodys() -> None:
    assert route(Case("web", "web", business="缴存"), [], GROUPS).group_id is None
    assert route(Case("web", "web"), [], GROUPS).steps == ({"kind": "anybody"},)


AGENTS = st.builds(
    Candidate,
    agent_id=st.uuids().map(str),
    name=st.just("坐席"),
    active=st.integers(0, 6),
    capacity=st.integers(0, 6),
    groups=st.frozensets(st.sampled_from(["loans", "taxes"])),
    by_channel=st.dictionaries(st.sampled_from(["web", "wechat"]), st.integers(0, 3)),
    last_given_at=st.none() | st.integers(0, 9999).map(lambda s: NOW - timedelta(seconds=s)),
)
STRATEGIES: st.SearchStrategy[Strategy] = st.sampled_from(["least_loaded", "round_robin"])


@given(agents=st.lists(AGENTS, max_size=8), strategy=STRATEGIES, seed=st.randoms())
def test_a_strategy_is_an_order_that_does_not_hang_on_how_the_agents_are_listed(
    agents: list[Candidate], strategy: Strategy, seed
) -> None:
    shuffled = list(agents)
    seed.shuffle(shuffled)
    assert ranked(agents, strategy) == ranked(shuffled, strategy)


@given(agents=st.lists(AGENTS, min_size=1, max_size=8))
def test_least_loaded_takes_nobody_fuller_and_round_robin_nobody_served_later(
    agents: list[Candidate],
) -> None:
    waiting = Waiting("c", "web", NOW)
    fits = [each for each in agents if has_room(each, "web", {})]
    for strategy in ("least_loaded", "round_robin"):
        chosen = choose(waiting, agents, strategy=strategy, limits={}, now=NOW).agent  # type: ignore[arg-type]
        assert (chosen is None) == (not fits)
        if chosen is None:
            continue
        if strategy == "least_loaded":
            assert load(chosen) == min(load(each) for each in fits)
        else:
            assert all(
                each.last_given_at is not None
                and chosen.last_given_at is not None
                and each.last_given_at >= chosen.last_given_at
                for each in fits
                if chosen.last_given_at is not None
            )


def candidate(name: str, **more: object) -> Candidate:
    return replace(Candidate(name, name, 0, 5), **more)  # type: ignore[arg-type]


def test_who_is_waited_for_by_name_gets_it_alone_until_the_time_is_over() -> None:
    until = NOW + timedelta(seconds=30)
    waiting = Waiting("c", "web", NOW, "loans", wanted_agent="wang", wanted_until=until)
    member, wang = candidate("li", groups=frozenset({"loans"})), candidate("wang", active=4)
    strategy: Strategy = "least_loaded"
    for agents, now, expected in (
        ([member, wang], NOW, "wang"),
        ([member], NOW, None),
        ([member], until, "li"),
        ([member, wang], until, "wang"),  # better still, now that both may
        ([member, replace(wang, active=5)], until, "li"),
    ):
        chosen = choose(waiting, agents, strategy=strategy, limits={}, now=now).agent
        assert (chosen.agent_id if chosen else None) == expected


def test_a_full_channel_holds_nobody_else_up() -> None:
    line = [Waiting("first", "wechat", NOW), Waiting("second", "web", NOW + timedelta(seconds=1))]
    busy = candidate("a", active=2, by_channel={"wechat": 2})
    given = plan(line, [busy], strategy="least_loaded", limits={"wechat": 2}, now=NOW)
    assert [choice.waiting.conversation_id for choice in given] == ["second"]


class Desk(RuleBasedStateMachine):
    """Citizens come, cancel and are served; agents come, go and finish; whoever can be given, is given."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.line: list[Waiting] = []
        self.agents: dict[str, Candidate] = {}
        self.hands: dict[str, list[Waiting]] = {}
        self.limits = {"wechat": 2}
        self.number = 0

    def free(self) -> list[Candidate]:
        found = []
        for name, agent in self.agents.items():
            mine = self.hands.setdefault(name, [])
            by_channel = {c: sum(w.channel == c for w in mine) for c in ("web", "wechat")}
            found.append(replace(agent, active=len(mine), by_channel=by_channel))
        return found

    def dispatch(self, strategy: Strategy) -> None:
        ordered = sorted(self.line, key=lambda w: (w.order_at, w.conversation_id))
        for choice in plan(
            ordered, self.free(), strategy=strategy, limits=self.limits, now=self.now
        ):
            assert choice.agent is not None
            assert may_serve(choice.agent, choice.waiting, self.now)
            self.line.remove(choice.waiting)
            self.hands[choice.agent.agent_id].append(choice.waiting)

    @rule(
        channel=st.sampled_from(["web", "wechat"]),
        group=st.sampled_from([None, "loans", "taxes"]),
        wanted=st.none() | st.sampled_from(["a", "b", "c"]),
        points=st.integers(-5, 20),
        strategy=STRATEGIES,
    )
    def somebody_comes(
        self, channel: str, group: str | None, wanted: str | None, points: int, strategy: Strategy
    ) -> None:
        self.number += 1
        until = self.now + timedelta(seconds=60) if wanted else None
        order_at = self.now - timedelta(minutes=points)
        waiting = Waiting(f"{self.number:06}", channel, order_at, group, wanted, until)
        self.line.append(waiting)
        self.dispatch(strategy)

    @rule(
        name=st.sampled_from(["a", "b", "c"]), capacity=st.integers(0, 4),
        groups=st.frozensets(st.sampled_from(["loans", "taxes"])), strategy=STRATEGIES,
    )  # fmt: skip
    def an_agent_comes(
        self, name: str, capacity: int, groups: frozenset[str], strategy: Strategy
    ) -> None:
        if name not in self.agents:
            room = max(capacity, len(self.hands.get(name, [])))
            self.agents[name] = Candidate(name, name, 0, room, groups)
            self.dispatch(strategy)

    @precondition(lambda self: self.agents)
    @rule(data=st.data())
    def an_agent_goes(self, data: st.DataObject) -> None:
        """And keeps what is in hand, as whoever is busy does."""
        del self.agents[data.draw(st.sampled_from(sorted(self.agents)))]

    @rule(data=st.data(), strategy=STRATEGIES)
    def a_service_ends(self, data: st.DataObject, strategy: Strategy) -> None:
        busy = sorted(name for name, mine in self.hands.items() if mine)
        if busy:
            self.hands[data.draw(st.sampled_from(busy))].pop(0)
            self.dispatch(strategy)

    @rule(seconds=st.integers(1, 90), strategy=STRATEGIES)
    def time_passes(self, seconds: int, strategy: Strategy) -> None:
        self.now += timedelta(seconds=seconds)
        self.dispatch(strategy)

    @invariant()
    def everybody_is_in_one_place(self) -> None:
        served = [w.conversation_id for mine in self.hands.values() for w in mine]
        waiting = [w.conversation_id for w in self.line]
        assert len(set(served + waiting)) == len(served + waiting)

    @invariant()
    def nobody_holds_more_than_they_can(self) -> None:
        for each in self.free():
            assert each.active <= each.capacity
            assert each.by_channel["wechat"] <= self.limits["wechat"]

    @invariant()
    def nobody_waits_whom_somebody_free_could_take(self) -> None:
        for waiting in self.line:
            for each in self.free():
                fits = may_serve(each, waiting, self.now) and has_room(
                    each, waiting.channel, self.limits
                )
                assert not fits, (waiting, each)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
