"""Every rule's frame: where and when it holds, who gets the conversation, what is said; and the rules' order."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from core.conversation.ports import (
    BotReply,
    HandOff,
    HandoffContext,
    HandoffDecision,
    PastTurn,
    Rule,
    Understanding,
)
from handoff.rules.policy import RulePolicy
from handoff.rules.settings import (
    BusinessLine,
    BusinessSettings,
    CustomerSettings,
    ReasonSettings,
    RuleSettings,
    Scope,
    UnderstoodSettings,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
UNKNOWN = PastTurn("某个问题", NOW - timedelta(minutes=1), band="unknown")
SAME = PastTurn("租房怎么提取公积金", NOW - timedelta(minutes=1), similarity=1.0)
DOWN = replace(SAME, text="另一个问题", similarity=0.0, failed=True)


def reply(*directives: HandOff, failed: bool = False, **understood: object) -> BotReply:
    return BotReply([], list(directives), Understanding(**understood), failed=failed)  # type: ignore[arg-type]


# For each rule settings under which it fires, and what it fires on.
CASES: dict[Rule, tuple[RuleSettings, HandoffContext]] = {
    "customer_group": (
        RuleSettings(customer_group=CustomerSettings(groups=("重点",))),
        HandoffContext("您好", NOW, "web", [], first=True, customer_group="重点"),
    ),
    "keyword": (RuleSettings(), HandoffContext("转人工", NOW, "web", [])),
    "guided": (RuleSettings(), HandoffContext("好", NOW, "web", [], reply(HandOff("guided")))),
    "understood": (
        RuleSettings(), HandoffContext("太慢了", NOW, "web", [], reply(HandOff("anger"))),
    ),
    "business": (
        RuleSettings(business=BusinessSettings(lines=(BusinessLine(business="执法"),))),
        HandoffContext("单位不缴怎么办", NOW, "web", [], reply(band="answer", business="执法")),
    ),
    "bot_down": (
        RuleSettings(), HandoffContext("贷款能贷多少", NOW, "web", [DOWN], reply(failed=True)),
    ),
    "unknown": (
        RuleSettings(), HandoffContext("三", NOW, "web", [UNKNOWN] * 2, reply(band="unknown")),
    ),
    "repeated": (
        RuleSettings(),
        HandoffContext("租房怎么提取公积金", NOW, "web", [SAME] * 2, reply(band="guide")),
    ),
    "button": (RuleSettings(), HandoffContext("", NOW, "web", [])),
}  # fmt: skip
rules = pytest.mark.parametrize("rule", CASES)


def judge(rule: Rule, context: HandoffContext, **scope: object) -> HandoffDecision | None:
    settings = CASES[rule][0]
    changed = replace(getattr(settings, rule), **scope)
    policy = RulePolicy(replace(settings, **{rule: changed}))
    return policy.pressed(context) if rule == "button" else policy.evaluate(context)


def test_every_rule_there_is_has_settings_and_a_case() -> None:
    assert set(CASES) == set(get_args(Rule)) == {each.name for each in fields(RuleSettings)}
    assert all(isinstance(getattr(RuleSettings(), rule), Scope) for rule in CASES)


@rules
def test_a_rule_fires_under_its_own_name_and_not_when_it_is_off(rule: Rule) -> None:
    context = CASES[rule][1]
    decision = judge(rule, context)
    assert decision is not None
    assert decision.rule == rule
    assert judge(rule, context, enabled=False) is None


@rules
def test_a_rule_holds_in_its_inboxes_only(rule: Rule) -> None:
    context = CASES[rule][1]
    assert judge(rule, context, inboxes=("web", "wx")) is not None
    assert judge(rule, replace(context, inbox_id="mini"), inboxes=("web", "wx")) is None
    assert judge(rule, replace(context, inbox_id="mini")) is not None


@rules
def test_a_rule_holds_in_its_hours_only(rule: Rule) -> None:
    context = CASES[rule][1]
    on, off = replace(context, on_duty=True), replace(context, on_duty=False)
    assert judge(rule, on, hours="on_duty") is not None
    assert judge(rule, off, hours="on_duty") is None
    assert judge(rule, on, hours="off_duty") is None
    assert judge(rule, off, hours="off_duty") is not None
    assert judge(rule, off, hours="always") is not None


@rules
def test_a_rule_names_its_group_and_says_its_words(rule: Rule) -> None:
    context = replace(CASES[rule][1], business="缴存")
    if rule == "understood":
        context = replace(context, reply=reply(HandOff("needs_care")))
    decision = judge(rule, context, group_id="g", text="请{业务}的同事来")
    assert decision is not None
    assert decision.group_id == "g"
    assert decision.text == f"请{decision.category}的同事来"
    assert decision.category == ("执法" if rule == "business" else "缴存")


def test_words_for_a_business_nobody_knows_are_still_a_sentence() -> None:
    decision = judge("keyword", CASES["keyword"][1], text="请{业务}的同事来")
    assert decision is not None
    assert decision.text == "请相关业务的同事来"


def test_a_wish_goes_to_the_group_of_what_was_talked_about_last() -> None:
    history = [replace(UNKNOWN, business="贷款", band="answer"), UNKNOWN]
    decision = judge("keyword", replace(CASES["keyword"][1], history=history, business="缴存"))
    assert decision is not None
    assert decision.category == "贷款"


def test_an_articles_category_belongs_to_its_line_of_business() -> None:
    under = reply(HandOff("anger"), band="answer", business="公积金/提取/租房")
    context = HandoffContext("太慢了", NOW, "web", [], under)
    decision = RulePolicy().evaluate(context)
    assert decision is not None
    assert decision.category == "提取"
    for line in ("公积金", "提取", "租房"):
        settings = BusinessSettings(lines=(BusinessLine(business=line),))
        quiet = replace(context, reply=reply(band="answer", business="公积金/提取/租房"))
        found = RulePolicy(RuleSettings(business=settings)).evaluate(quiet)
        assert found is not None
        assert found.category == line


def test_the_rules_are_asked_in_their_order() -> None:
    """A message on which all fire, then all but the first, and so on."""
    order: list[Rule] = [
        "customer_group", "keyword", "understood", "business", "bot_down", "unknown", "repeated",
    ]  # fmt: skip
    text = "转人工，租房怎么提取公积金"
    same = replace(SAME, text=text, band="unknown", failed=True)
    before = HandoffContext(text, NOW, "web", [same] * 5, first=True, customer_group="重点")
    after = replace(
        before,
        reply=reply(HandOff("complaint"), failed=True, band="unknown", business="提取"),
    )
    settings = RuleSettings(
        customer_group=CustomerSettings(groups=("重点",)),
        business=BusinessSettings(lines=(BusinessLine(business="提取"),)),
    )
    fired: list[str] = []
    for rule in order:
        policy = RulePolicy(settings)
        decision = policy.evaluate(before) or policy.evaluate(after)
        assert decision is not None
        fired.append(decision.rule)
        settings = replace(settings, **{rule: replace(getattr(settings, rule), enabled=False)})
    assert fired == order
    assert RulePolicy(settings).evaluate(after) is None


def test_a_customer_group_is_served_by_people_from_the_first_message_on() -> None:
    rule = CustomerSettings(groups=("重点",), tags=("听障",), group_id="g")
    policy = RulePolicy(RuleSettings(customer_group=rule))
    first = HandoffContext("您好", NOW, "web", [], first=True)
    by_group = policy.evaluate(replace(first, customer_group="重点"))
    by_tag = policy.evaluate(replace(first, tags=("老年", "听障")))
    assert by_group is not None
    assert by_group.evidence == {"customer_group": "重点"}
    assert by_tag is not None
    assert (by_tag.evidence, by_tag.group_id) == ({"tag": "听障"}, "g")
    assert policy.evaluate(replace(first, customer_group="普通", tags=("老年",))) is None
    # Whoever has cancelled the wait, or was served, talks with the bot if he likes.
    assert policy.evaluate(replace(first, first=False, customer_group="重点")) is None


def test_a_customer_group_can_wait_for_the_wish_and_then_decide_who_gets_it() -> None:
    rule = CustomerSettings(when="wish", groups=("重点",), group_id="g", text="专人马上到")
    policy = RulePolicy(RuleSettings(customer_group=rule))
    first = HandoffContext("您好", NOW, "web", [], first=True, customer_group="重点")
    assert policy.evaluate(first) is None
    for asked in (
        replace(first, text="转人工"),
        replace(first, text="气死了", reply=reply(HandOff("anger"))),
    ):
        decision = policy.evaluate(asked)
        assert decision is not None
        assert (decision.rule, decision.group_id, decision.text) == (
            "customer_group", "g", "专人马上到",
        )  # fmt: skip
        assert decision.evidence["wish"] in ("keyword", "understood")
    pressed = policy.pressed(first)
    assert pressed is not None
    assert (pressed.rule, pressed.evidence["wish"]) == ("customer_group", "button")
    # What went wrong is no wish.
    lost = replace(first, history=[UNKNOWN] * 2, reply=reply(band="unknown"))
    decision = policy.evaluate(lost)
    assert decision is not None
    assert decision.rule == "unknown"


def test_a_business_is_told_by_its_article_its_task_or_its_intent() -> None:
    lines = (
        BusinessLine(business="执法", text="执法科的同事来", group_id="law"),
        BusinessLine(business="投诉", intents=("complain",)),
    )
    policy = RulePolicy(RuleSettings(business=BusinessSettings(lines=lines, text="同事来")))
    asked = HandoffContext("单位不缴", NOW, "web", [])
    by_article = policy.evaluate(
        replace(asked, reply=reply(band="answer", article_id="a", business="执法"))
    )
    assert by_article is not None
    assert by_article.evidence == {"business": "执法", "article_id": "a"}
    assert (by_article.category, by_article.text) == ("执法", "执法科的同事来")
    assert (by_article.group_id, by_article.instead) == ("law", True)
    by_intent = policy.evaluate(replace(asked, reply=reply(intent="complain", confidence=0.9)))
    assert by_intent is not None
    assert (by_intent.category, by_intent.text) == ("投诉", "同事来")
    other = reply(band="answer", business="提取")
    assert policy.evaluate(replace(asked, reply=other)) is None


def test_a_business_can_be_answered_before_people_come() -> None:
    settings = BusinessSettings(lines=(BusinessLine(business="执法"),), answer_first=True)
    context = CASES["business"][1]
    decision = RulePolicy(RuleSettings(business=settings)).evaluate(context)
    assert decision is not None
    assert decision.instead is False


def test_an_outage_counts_from_the_last_turn_that_helped() -> None:
    context = CASES["bot_down"][1]
    assert judge("bot_down", replace(context, history=[])) is None
    healthy = replace(DOWN, failed=False)
    assert judge("bot_down", replace(context, history=[DOWN, healthy])) is None
    answered = replace(DOWN, band="answer")
    assert judge("bot_down", replace(context, history=[DOWN, answered])) is None
    helped = replace(context, reply=reply(failed=True, band="answer"))
    assert judge("bot_down", helped) is None


def test_a_reason_may_have_a_group_of_its_own() -> None:
    reasons = {"complaint": ReasonSettings(group_id="complaints"), "anger": ReasonSettings()}
    settings = RuleSettings(understood=UnderstoodSettings(reasons=reasons, group_id="g"))
    groups = []
    for reason in ("complaint", "anger", "something_new"):
        context = HandoffContext("…", NOW, "web", [], reply(HandOff(reason)))
        decision = RulePolicy(settings).evaluate(context)
        assert decision is not None
        groups.append(decision.group_id)
    assert groups == ["complaints", "g", "g"]


def test_a_button_of_a_task_pressed_again_is_no_repeated_question() -> None:
    pressed = replace(SAME, text="重新测算一次", picked=True)
    context = HandoffContext("重新测算一次", NOW, "web", [pressed] * 5, reply(), picked=True)
    assert judge("repeated", context) is None
    # Written by hand, or a question that the bot had offered and could not settle, it is one.
    typed = replace(pressed, picked=False)
    written = replace(context, history=[typed] * 2, picked=False)
    assert judge("repeated", written) is not None
    offered = replace(pressed, band="answer", article_id="a")
    answered = reply(band="answer", article_id="a")
    asked = replace(context, history=[offered] * 2, reply=answered)
    assert judge("repeated", asked) is not None
