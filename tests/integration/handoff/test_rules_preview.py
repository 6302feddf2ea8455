"""Edited rules tried on stored conversations: what would go otherwise, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app import http_errors
from core.auth.actor import Actor, Scope
from core.auth.permissions import Role
from core.auth.service import AuthService
from core.configs import put_config
from core.conversation.content import TextContent
from core.conversation.models import Contact
from core.conversation.ports import BotReply, HandOff, Understanding
from core.errors import TooManyRequests
from core.ids import new_id
from handoff.desk.access import visible_to
from handoff.rules.book import CONFIG_NAME, RulesConfig
from handoff.rules.endpoints import build_router
from handoff.rules.preview import Previewer, PreviewRequest, RulesPreview
from handoff.rules.settings import (
    BusinessLine,
    BusinessSettings,
    ButtonSettings,
    CustomerSettings,
    KeywordSettings,
    RepeatedSettings,
    RuleSettings,
    UnknownSettings,
)
from handoff.rules.walk import Similarity
from tests.fakes import NoKnowledge
from tests.integration.handoff.conftest import World
from tests.integration.handoff.test_endpoints import Office

UNKNOWN = BotReply([TextContent(text="不清楚")], understanding=Understanding(band="unknown"))
GUIDE = BotReply([TextContent(text="哪一个？")], understanding=Understanding(band="guide"))
FINE = BotReply(
    [TextContent(text="可以")],
    understanding=Understanding(band="answer", article_id="a", business="执法"),
)
SHIPPED = RuleSettings()
SUPERVISOR = Actor(new_id(), "zhao", "赵", Role.SUPERVISOR)
OTHER = Actor(new_id(), "li", "李", Role.SUPERVISOR)


def previewer(world: World, similarity: Similarity) -> Previewer:
    return Previewer(uows=world.uows, similarity=similarity, visible=visible_to)


@dataclass
class Trial:
    world: World
    previewer: Previewer

    async def __call__(self, rules: RuleSettings, **more: Any) -> RulesPreview:
        return await self.previewer.preview(PreviewRequest(rules=rules, **more), SUPERVISOR)

    async def talk(self, who: str, *said: tuple[str, BotReply]) -> str:
        for text, reply in said:
            self.world.bot._answer = lambda _, reply=reply: reply
            conversation_id = await self.world.say(text, who=who)
        return conversation_id


@pytest.fixture
def trial(world: World) -> Trial:
    return Trial(world, previewer(world, NoKnowledge().similarity))


def counted(preview: RulesPreview) -> dict[str, tuple[int, int]]:
    counts = {count.rule: (count.before, count.after) for count in preview.counts}
    return {rule: both for rule, both in counts.items() if both != (0, 0)}


async def test_the_rules_in_force_change_nothing(trial: Trial) -> None:
    await trial.talk("a", ("问一", UNKNOWN), ("问二", UNKNOWN), ("问三", UNKNOWN))
    await trial.talk("b", ("转人工", FINE))
    await trial.talk("c", ("你们太慢了", BotReply([], [HandOff("anger")])))
    await trial.talk("d", ("帮我找个人", BotReply([], [HandOff("guided")])))
    pressed = await trial.talk("e", ("租房能提取吗", FINE))
    await trial.world.engine.request_handoff(pressed)
    preview = await trial(SHIPPED)
    assert preview.changed == []
    assert (preview.conversations, preview.turns, preview.not_asked) == (5, 8, 1)
    assert counted(preview) == dict.fromkeys(
        ("keyword", "guided", "understood", "unknown", "button"), (1, 1)
    )


async def test_an_earlier_threshold_shows_which_conversations_go_otherwise(trial: Trial) -> None:
    lost = await trial.talk("a", ("问一", UNKNOWN), ("我的电话13800001111", UNKNOWN))
    moved = await trial.talk("b", ("问一", UNKNOWN), ("问二", UNKNOWN), ("问三", UNKNOWN))
    await trial.talk("c", ("问一", UNKNOWN), ("问二", FINE))
    preview = await trial(RuleSettings(unknown=UnknownSettings(in_a_row=2, group_id=None)))
    assert counted(preview) == {"unknown": (1, 2)}
    assert [one.conversation_id for one in preview.changed] == [moved, lost]
    before, after = preview.changed[0].before, preview.changed[0].after
    assert before is not None
    assert after is not None
    assert (before.text, after.text) == ("问三", "问二")
    assert preview.changed[1].before is None
    assert "13800001111" not in preview.model_dump_json()


async def test_a_rule_switched_off_leaves_people_with_the_bot(trial: Trial) -> None:
    await trial.talk("a", ("转人工", FINE))
    pressed = await trial.talk("b", ("租房能提取吗", FINE))
    await trial.world.engine.request_handoff(pressed)
    off = RuleSettings(
        keyword=KeywordSettings(enabled=False), button=ButtonSettings(hours="off_duty")
    )
    preview = await trial(off)
    assert counted(preview) == {"keyword": (1, 0), "button": (1, 0)}
    assert all(one.after is None for one in preview.changed)


async def test_rules_that_are_new_are_tried_on_what_was_known_then(trial: Trial) -> None:
    by_business = await trial.talk("a", ("单位不交怎么办", FINE))
    async with trial.world.uows.write() as uow:
        contact_id = (await trial.world.conversation(by_business)).contact_id
        contact = await uow.session.get(Contact, contact_id)
        assert contact is not None
        contact.tags = ["听障"]
    business = BusinessSettings(lines=(BusinessLine(business="执法"),))
    assert counted(await trial(RuleSettings(business=business))) == {"business": (0, 1)}
    tagged = RuleSettings(customer_group=CustomerSettings(tags=("听障",)))
    assert counted(await trial(tagged)) == {"customer_group": (0, 1)}


async def test_what_follows_a_handoff_belongs_to_people_until_the_bot_is_back(trial: Trial) -> None:
    again = RuleSettings(repeated=RepeatedSettings(times=2))
    conversation_id = await trial.talk("a", *[("同一个问题问几次", GUIDE)] * 3)
    await trial.world.say("在排队的时候说的话", who="a")
    assert counted(await trial(again)) == {"repeated": (1, 1)}
    await trial.world.engine.cancel_handoff(conversation_id)
    await trial.talk("a", *[("又是一个同样的问题", GUIDE)] * 2)
    preview = await trial(again)
    assert counted(preview) == {"repeated": (1, 2)}
    assert preview.changed_count == 2


async def test_only_the_days_asked_for_are_looked_at(trial: Trial) -> None:
    await trial.talk("a", ("转人工", FINE))
    trial.world.clock.advance(timedelta(days=8))
    await trial.talk("b", ("转人工", FINE))
    assert (await trial(SHIPPED)).conversations == 1
    assert (await trial(SHIPPED, days=30)).conversations == 2


async def test_the_rules_saved_last_are_those_in_force(trial: Trial) -> None:
    await trial.talk("a", ("问一", UNKNOWN), ("问二", UNKNOWN))
    rules = RuleSettings(unknown=UnknownSettings(in_a_row=2))
    async with trial.world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, RulesConfig(rules=rules), "system")
    assert counted(await trial(rules)) == {"unknown": (1, 1)}


async def test_texts_are_compared_only_where_it_can_matter(trial: Trial) -> None:
    compared: list[str] = []

    def similarity(text: str, others: Sequence[str]) -> list[float]:
        compared.append(text)
        return [0.9 for _ in others]

    trial.previewer = previewer(trial.world, similarity)
    await trial.talk("a", ("第一个问题", GUIDE), ("第二个问题", GUIDE), ("第三个问题", GUIDE))
    assert counted(await trial(SHIPPED)) == {"repeated": (1, 1)}
    assert compared == ["第三个问题"]


async def test_conversations_beyond_the_own_scope_are_counted_and_not_shown(trial: Trial) -> None:
    await trial.talk("a", ("问一", UNKNOWN), ("问二", UNKNOWN))
    rules = RuleSettings(unknown=UnknownSettings(in_a_row=2))
    own = replace(SUPERVISOR, given_scope=Scope.OWN)
    preview = await trial.previewer.preview(PreviewRequest(rules=rules), own)
    assert counted(preview) == {"unknown": (0, 1)}
    assert (preview.changed, preview.changed_count, preview.hidden) == ([], 1, 1)
    assert len((await trial(rules)).changed) == 1


async def test_one_preview_at_a_time_and_not_too_many(trial: Trial) -> None:
    await trial.talk("a", ("转人工", FINE))
    both = await asyncio.gather(trial(SHIPPED), trial(SHIPPED), return_exceptions=True)
    assert [type(one) for one in both] == [RulesPreview, TooManyRequests]
    for _ in range(8):
        await trial(SHIPPED)
    with pytest.raises(TooManyRequests):
        await trial(SHIPPED)
    assert (await trial.previewer.preview(PreviewRequest(rules=SHIPPED), OTHER)).turns == 1


@pytest.fixture
async def office(trial: Trial) -> AsyncIterator[Office]:
    app = FastAPI()
    http_errors.install(app)
    auth = AuthService(trial.world.uows, session_hours=1)
    app.state.auth = auth
    app.include_router(build_router(trial.world.uows, trial.previewer))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Office(trial.world, client, auth)


async def test_trying_takes_the_permission_and_rules_that_could_be_saved(office: Office) -> None:
    path = "/desk/settings/rules/preview"
    api, _ = await office.person("zhao", Role.SUPERVISOR)
    agent, _ = await office.person("wang")
    rules = RulesConfig(rules=SHIPPED).model_dump(mode="json")["rules"]
    answer = await api("POST", path, json={"rules": rules})
    assert (answer["days"], answer["changed"]) == (7, [])
    await agent.refused("POST", path, 403, "permission_denied", json={"rules": rules})
    for days in (0, 31, "x"):
        await api.refused("POST", path, 422, "invalid_input", json={"rules": rules, "days": days})
    lost = rules | {"keyword": rules["keyword"] | {"group_id": "nobody"}}
    error = await api.refused("POST", path, 422, "rule_refused", json={"rules": lost})
    assert error["details"]["field"] == "rules.keyword.group_id"
