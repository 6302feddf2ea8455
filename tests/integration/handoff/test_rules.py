"""The handoff rules in the engine: edited while running, refused when they cannot work, told to agents."""

from __future__ import annotations

from typing import Any

import pytest

from core.auth.permissions import Role
from core.conversation.content import AnswerContent, Choice, ChoicesContent, TextContent
from core.conversation.engine import HandoffNotOffered
from core.conversation.models import Contact
from core.conversation.ports import BotReply, HandOff, OpenTask, Understanding
from core.ids import new_id
from handoff.agents.models import GroupMember, SkillGroup
from handoff.queue import repository as queue
from tests.integration.handoff.conftest import World
from tests.integration.handoff.test_endpoints import Api, Office, office  # noqa: F401

PATH = "/desk/settings/rules"


async def group(world: World, name: str, *members: str) -> str:
    group_id = new_id()
    async with world.uows.write() as uow:
        now = uow.clock.now()
        uow.session.add(SkillGroup(id=group_id, name=name, categories=[], created_at=now))
        await uow.session.flush()
        uow.session.add_all(GroupMember(group_id=group_id, agent_id=one) for one in members)
    return group_id


async def edit(api: Api, **rules: dict[str, Any]) -> None:
    """Change these fields of these rules, as the page does: read, change, save."""
    document = await api("GET", PATH)
    for name, fields in rules.items():
        document["rules"][name] |= fields
    await api("PUT", PATH, json=document)


async def handoff_of(world: World, conversation_id: str) -> dict[str, Any]:
    handoff = (await world.conversation(conversation_id)).handoff
    assert handoff is not None
    return handoff


def says(reply: BotReply) -> Any:
    return lambda text: reply


async def test_a_rule_edited_while_running_judges_the_next_message(office: Office) -> None:  # noqa: F811
    world = office.world
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    world.bot._answer = says(
        BotReply([TextContent(text="不清楚")], understanding=Understanding(band="unknown"))
    )
    first = await world.say("一个问题", who="a")
    await edit(api, unknown={"in_a_row": 2, "text": "马上来人"})
    await world.say("另一个问题", who="a")
    assert (await world.conversation(first)).status == "queued"
    assert (await handoff_of(world, first))["evidence"]["in_a_row"] == 2
    assert any("马上来人" in text for _, text in await world.texts(first))
    await edit(api, keyword={"inboxes": ["web"], "enabled": False})
    other = await world.say("转人工", who="b")
    assert (await world.conversation(other)).status == "bot"


async def test_the_group_of_a_rule_gets_the_conversation(office: Office) -> None:  # noqa: F811
    world = office.world
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    agent = await world.agent("wang")
    law = await group(world, "执法科", agent.account_id)
    await edit(api, business={"lines": [{"business": "执法", "group_id": law}]})
    answer = AnswerContent(text_md="可以投诉。", article_id="a", score=0.9, citations=[])
    world.bot._answer = says(
        BotReply([answer], understanding=Understanding(band="answer", business="执法"))
    )
    conversation_id = await world.say("单位不给我交")
    async with world.uows.read() as session:
        entry = await queue.waiting_entry(session, conversation_id)
    assert entry is not None
    assert entry.group_id == law
    # In place of the bot's answer.
    assert [kind for kind, _ in await world.texts(conversation_id)] == ["visitor", "system"]
    context = await api("GET", f"/conversations/{conversation_id}/context")
    assert context["handoff"]["label"] == "由人工办理的业务"
    assert context["handoff"]["category"] == "执法"


async def test_the_bot_answers_after_all_when_nobody_can_take_the_business(
    office: Office,  # noqa: F811
) -> None:
    world = office.world
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    await edit(api, business={"lines": [{"business": "执法"}]})
    await api("PUT", "/desk/settings/hours", json={
        "schedules": [{"id": "never", "name": "不值班", "weekly": [[]] * 7}], "usual": "never",
    })  # fmt: skip
    world.bot._answer = says(
        BotReply([TextContent(text="可以投诉")], understanding=Understanding(business="执法"))
    )
    conversation_id = await world.say("单位不给我交")
    texts = [text for _, text in await world.texts(conversation_id)]
    assert (await world.conversation(conversation_id)).status == "bot"
    assert "不在人工服务时间" in texts[1]
    assert texts[2] == "可以投诉"


async def test_a_customer_group_is_known_without_the_bot(office: Office) -> None:  # noqa: F811
    world = office.world
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    await edit(api, customer_group={"tags": ["听障"], "text": "专人为您服务。"})
    opened = await world.engine.open("web", "a")
    async with world.uows.write() as uow:
        contact = await uow.session.get(Contact, (await world.conversation(opened)).contact_id)
        assert contact is not None
        contact.tags = ["听障"]
    await world.say("您好", who="a")
    assert (await handoff_of(world, opened))["rule"] == "customer_group"
    assert world.bot.turns == []
    await world.engine.cancel_handoff(opened)
    await world.say("我先问问机器人", who="a")
    assert (await world.conversation(opened)).status == "bot"


async def test_a_button_that_is_not_offered_is_refused(office: Office) -> None:  # noqa: F811
    world = office.world
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    opened = await world.engine.open("web", "a")
    await edit(api, button={"hours": "off_duty"})
    with pytest.raises(HandoffNotOffered):
        await world.engine.request_handoff(opened)
    assert (await world.conversation(opened)).status == "bot"
    await edit(api, button={"hours": "always", "text": "这就来。"})
    await world.engine.request_handoff(opened, category="贷款")
    handoff = await handoff_of(world, opened)
    assert (handoff["rule"], handoff["category"]) == ("button", "贷款")
    assert "这就来。" in (await world.texts(opened))[-1][1]


async def test_an_outage_of_the_bot_ends_with_people(world: World) -> None:
    world.bot.down = True
    conversation_id = await world.say("帮我查余额")
    assert (await world.conversation(conversation_id)).status == "bot"
    await world.say("帮我算贷款")
    handoff = await handoff_of(world, conversation_id)
    assert (handoff["rule"], handoff["evidence"]) == ("bot_down", {"in_a_row": 2})
    assert [turn["outcome"] for turn in handoff["summary"]["turns"]] == ["failed", "failed"]


async def test_agents_see_the_task_that_a_wish_interrupted(office: Office) -> None:  # noqa: F811
    world = office.world
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    task = OpenTask("贷款额度测算", ("房屋：首套",))
    world.bot._answer = says(BotReply([TextContent(text="多少年？")], task=task))
    conversation_id = await world.say("我能贷多少，电话13800001111")
    await world.say("转人工")
    context = await api("GET", f"/conversations/{conversation_id}/context")
    summary = context["handoff"]["summary"]
    assert (summary["task"], summary["answers"]) == ("贷款额度测算", ["房屋：首套"])
    assert [turn["outcome"] for turn in summary["turns"]] == ["task", ""]
    assert "13800001111" not in str(summary)


async def test_the_button_tells_agents_what_was_said_before(world: World) -> None:
    conversation_id = await world.say("租房能提取吗")
    await world.engine.request_handoff(conversation_id)
    handoff = await handoff_of(world, conversation_id)
    assert [turn["said"] for turn in handoff["summary"]["turns"]] == ["租房能提取吗"]


async def test_a_button_of_a_task_pressed_three_times_stays_with_the_bot(world: World) -> None:
    again = Choice(label="重新测算一次", value="重新测算一次")
    world.bot._answer = says(BotReply([ChoicesContent(text="能贷50万。", choices=[again])]))
    conversation_id = await world.say("我能贷多少")
    for _ in range(4):
        await world.say("重新测算一次")
    assert (await world.conversation(conversation_id)).status == "bot"
    for _ in range(3):
        await world.say("为什么这么少呢")
    assert (await handoff_of(world, conversation_id))["rule"] == "repeated"


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("keyword", {"group_id": "nobody"}, "rules.keyword.group_id"),
    ("unknown", {"inboxes": ["nowhere"]}, "rules.unknown.inboxes"),
    ("button", {"text": "请{name}稍候"}, "rules.button.text"),
    ("guided", {"text": "长" * 301}, "rules.guided.text"),
    ("keyword", {"requests": ["我"]}, "rules.keyword.requests"),
    ("keyword", {"alone": [f"词语{n}" for n in range(201)]}, "rules.keyword.alone"),
    ("keyword", {"people": ["人 工"]}, "rules.keyword.people"),
    ("unknown", {"in_a_row": 1000}, "rules.unknown.in_a_row"),
    ("repeated", {"within_minutes": 100_000}, "rules.repeated.within_minutes"),
    ("business", {"lines": [{"business": ""}]}, "rules.business.lines.0.business"),
    ("business", {"lines": [{"business": "执法"}] * 2}, "rules.business.lines.1.business"),
    ("customer_group", {"tags": [" 听障"]}, "rules.customer_group.tags"),
    (
        "understood",
        {"reasons": {"anger": {"group_id": "nobody"}}},
        "rules.understood.reasons.anger.group_id",
    ),
]


async def test_rules_that_cannot_work_are_refused_with_their_field(office: Office) -> None:  # noqa: F811
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    shipped = await api("GET", PATH)
    await api("PUT", PATH, json=shipped)
    for rule, fields, field in WRONG:
        document = {"rules": shipped["rules"] | {rule: shipped["rules"][rule] | fields}}
        error = await api.refused("PUT", PATH, 422, "rule_refused", json=document)
        assert error["details"]["field"] == field
        assert (await api("GET", PATH)) == shipped
    empty = await group(office.world, "空组")
    document = {"rules": shipped["rules"] | {"keyword": {"group_id": empty}}}
    error = await api.refused("PUT", PATH, 422, "rule_refused", json=document)
    assert error["message"] == "技能组“空组”还没有成员，转过去没人接。"
    for wrong in ({"in_a_row": 0}, {"in_a_row": "x"}, {"no_such_field": 1}, {"hours": "never"}):
        document = {"rules": shipped["rules"] | {"unknown": wrong}}
        await api.refused("PUT", PATH, 422, "invalid_input", json=document)


async def test_a_wish_that_the_bot_understood_is_kept_for_trying_other_rules(world: World) -> None:
    world.bot._answer = says(BotReply([], [HandOff("anger")], Understanding(intent="anger")))
    conversation_id = await world.say("你们什么态度")
    line = (await world.thread(conversation_id))[-1]
    assert line.meta["turn"]["wishes"] == [{"reason": "anger", "category": None}]
