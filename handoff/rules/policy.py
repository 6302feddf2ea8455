"""The rules in their order. Pure; the engine asks `RulePolicy` before and after each bot turn.

Before the bot is asked, by what is known without it:
1. customer_group  somebody who is to be served by people writes for the first time
2. keyword         the words ask for a person
After its reply, what was wished before what went wrong, so that agents read the reason nearest to what is wanted:
3. guided, understood  the bot says that a person is wanted
4. business        what people see to themselves
5. bot_down        the bot is out of order
6. unknown         no answers in a row
7. repeated        the same question again
The citizen's button stands beside them: `pressed`. A wish (2, 3, the button) of somebody in the customer groups goes
where that rule says. The conditions are in conditions.py and repetition.py.
"""

from __future__ import annotations

from dataclasses import replace

from core.conversation.ports import HandoffContext, HandoffDecision
from handoff.rules.conditions import (
    by_bot_down,
    by_business,
    by_directive,
    by_keyword,
    by_unknown,
    customer,
)
from handoff.rules.repetition import by_repetition
from handoff.rules.settings import RuleSettings, Scope

# What a text may say of the conversation, and what stands there where that is not known.
BUSINESS_PLACE, SOME_BUSINESS = "{业务}", "相关业务"


class RulePolicy:
    """core.conversation.ports.HandoffPolicy over settings that can be exchanged while running."""

    def __init__(self, settings: RuleSettings | None = None) -> None:
        self.settings = settings or RuleSettings()

    def use(self, settings: RuleSettings) -> None:
        """From now on judge by `settings`."""
        self.settings = settings

    def evaluate(self, context: HandoffContext) -> HandoffDecision | None:
        """The first rule that fires, or None."""
        rules = self.settings
        if context.reply is None:
            found = _first_message(context, rules) or _wished(
                by_keyword(context, rules.keyword), context, rules
            )
        else:
            # Once more: whoever judges by a reply alone gets the same answer.
            found = _wished(by_keyword(context, rules.keyword), context, rules) or _wished(
                by_directive(context, rules), context, rules
            )
            found = (
                found
                or by_business(context, rules.business)
                or by_bot_down(context, rules.bot_down)
                or by_unknown(context, rules.unknown)
                or by_repetition(context, rules.repeated)
            )
        return _finished(found, context, rules) if found is not None else None

    def pressed(self, context: HandoffContext) -> HandoffDecision | None:
        """What the citizen's button leads to; None where it is not offered."""
        rules = self.settings
        if not _covers(rules.button, context):
            return None
        decision = HandoffDecision("button", {}, context.business, rules.button.text)
        found = _wished(decision, context, rules)
        assert found is not None
        return _finished(found, context, rules)


def _covers(rule: Scope, context: HandoffContext) -> bool:
    return rule.covers(context.inbox_id, on_duty=context.on_duty)


def _first_message(context: HandoffContext, rules: RuleSettings) -> HandoffDecision | None:
    rule = rules.customer_group
    who = customer(context, rule)
    if rule.when != "first_message" or not context.first or who is None:
        return None
    return HandoffDecision("customer_group", who, text=rule.text)


def _wished(
    decision: HandoffDecision | None, context: HandoffContext, rules: RuleSettings
) -> HandoffDecision | None:
    """The decision for a wish; for somebody in the customer groups, who gets it is that rule's to say."""
    rule = rules.customer_group
    if decision is None or rule.when != "wish":
        return decision
    who = customer(context, rule)
    if who is None:
        return decision
    evidence = {**decision.evidence, **who, "wish": decision.rule}
    return replace(
        decision, rule="customer_group", evidence=evidence, text=rule.text or decision.text,
        group_id=rule.group_id or decision.group_id or getattr(rules, decision.rule).group_id,
    )  # fmt: skip


def _finished(
    decision: HandoffDecision, context: HandoffContext, rules: RuleSettings
) -> HandoffDecision:
    """With the business it belongs to, the rule's group where nothing nearer has named one, and the text filled in."""
    category = decision.category or _business(context)
    scope: Scope = getattr(rules, decision.rule)
    return replace(
        decision, category=category, group_id=decision.group_id or scope.group_id,
        text=decision.text.replace(BUSINESS_PLACE, category or SOME_BUSINESS),
    )  # fmt: skip


def _business(context: HandoffContext) -> str | None:
    """What the message is about, else what the conversation was about last."""
    if context.reply is not None and context.reply.understanding.business is not None:
        return _line(context.reply.understanding.business)
    earlier = (turn.business for turn in reversed(context.history) if turn.business is not None)
    last = next(earlier, context.business)
    return _line(last) if last is not None else None


def _line(business: str) -> str:
    """The line of business that an article's category belongs to: 提取 for 公积金/提取/租房."""
    parts = business.split("/")
    return parts[1] if len(parts) > 1 else parts[0]
