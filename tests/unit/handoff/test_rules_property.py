"""Whatever is written and whatever the settings: the rules answer, the same every time, and by what they are given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.conversation.ports import (
    BotReply,
    HandOff,
    HandoffContext,
    PastTurn,
    Understanding,
)
from handoff.rules.policy import RulePolicy
from handoff.rules.settings import (
    BusinessLine,
    BusinessSettings,
    CustomerSettings,
    KeywordSettings,
    RepeatedSettings,
    RuleSettings,
    UnknownSettings,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PIECES = (
    "转人工",
    "不用",
    "人工",
    "客服",
    "投诉",
    "租房提取",
    "，",
    "\u200b",
    "{业务}",
    "(",
    "[",
    "\\",
    " ",
)
texts = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
)
bands = st.sampled_from(["answer", "guide", "unknown", None])
businesses = st.sampled_from([None, "提取", "执法"])
inboxes = st.sampled_from([(), ("web",), ("wx",)])
hours = st.sampled_from(["always", "on_duty", "off_duty"])
pasts = st.builds(
    PastTurn,
    text=texts,
    at=st.integers(0, 5000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    band=bands,
    article_id=st.sampled_from([None, "a", "b"]),
    similarity=st.floats(-1, 1),
    picked=st.booleans(),
    failed=st.booleans(),
    business=businesses,
)
replies = st.builds(
    BotReply,
    contents=st.just([]),
    directives=st.lists(
        st.builds(HandOff, st.sampled_from(["guided", "anger", "asked_for_person", "new"])),
        max_size=2,
    ),
    understanding=st.builds(
        Understanding,
        intent=st.sampled_from([None, "complain"]),
        band=bands,
        article_id=st.sampled_from([None, "a", "b"]),
        business=businesses,
    ),
    failed=st.booleans(),
)
contexts = st.builds(
    HandoffContext,
    text=texts,
    now=st.just(NOW),
    inbox_id=st.sampled_from(["web", "wx", ""]),
    history=st.lists(pasts, max_size=6),
    reply=st.none() | replies,
    on_duty=st.booleans(),
    first=st.booleans(),
    picked=st.booleans(),
    business=businesses,
    customer_group=st.sampled_from(["", "重点"]),
    tags=st.sampled_from([(), ("听障",)]),
)
rules = st.builds(
    RuleSettings,
    customer_group=st.builds(
        CustomerSettings, inboxes=inboxes, hours=hours, groups=st.just(("重点",)),
        tags=st.just(("听障",)), when=st.sampled_from(["first_message", "wish"]),
    ),
    keyword=st.builds(
        KeywordSettings, enabled=st.booleans(), inboxes=inboxes, hours=hours, text=texts,
        people=st.sampled_from([(), ("人工",), ("(", "[")]),
    ),
    business=st.builds(
        BusinessSettings, inboxes=inboxes, hours=hours,
        lines=st.just((BusinessLine(business="执法", intents=("complain",)),)),
    ),
    unknown=st.builds(UnknownSettings, in_a_row=st.integers(1, 4), hours=hours),
    repeated=st.builds(RepeatedSettings, times=st.integers(2, 4), inboxes=inboxes),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(context=contexts, settings_=rules)
def test_the_rules_never_fail_and_always_say_the_same(
    context: HandoffContext, settings_: RuleSettings
) -> None:
    policy = RulePolicy(settings_)
    decision = policy.evaluate(context)
    assert RulePolicy(settings_).evaluate(replace(context)) == decision
    assert policy.pressed(context) == policy.pressed(context)
    if decision is None:
        return
    fired = getattr(settings_, decision.rule)
    assert fired.covers(context.inbox_id, on_duty=context.on_duty)
    if context.reply is None:
        assert decision.rule in ("customer_group", "keyword")


@settings(max_examples=100, deadline=None)
@given(context=contexts)
def test_with_every_rule_off_the_bot_keeps_everybody(context: HandoffContext) -> None:
    shipped = RuleSettings()
    off = {name: replace(getattr(shipped, name), enabled=False) for name in vars(shipped)}
    policy = RulePolicy(RuleSettings(**off))
    assert policy.evaluate(context) is None
    assert policy.pressed(context) is None
