"""What agents say among themselves about a citizen on WeChat never reaches WeChat."""

from __future__ import annotations

from app.people import build_people
from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Role
from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.status import Trigger
from core.ids import new_id
from tests.fakes import InternalArticles
from tests.integration.wechat.conftest import World


async def _agent(world: World, login: str) -> Actor:
    actor = Actor(new_id(), login, f"坐席{login}", Role.AGENT)
    async with world.uows.write() as uow:
        uow.session.add(
            Account(
                id=actor.account_id, login=login, name=actor.name, role=actor.role.value,
                password_hash="-", active=True, created_at=uow.clock.now(),
            )
        )  # fmt: skip
    return actor


async def test_a_whisper_with_a_mention_is_not_delivered_what_is_said_aloud_is(
    world: World,
) -> None:
    await world.connect()
    await world.say("您好")
    agent, colleague = await _agent(world, "a"), await _agent(world, "b")
    conversation_id = (await world.conversation()).id
    async with world.uows.write() as uow:
        conversation = await thread.load_for_update(uow, conversation_id)
        await thread.transition(
            uow, conversation, Trigger.TAKEN_OVER, actor=agent.account_id,
            owner_id=agent.account_id, text="坐席a 为您服务。",
        )  # fmt: skip
    talking = build_people(world.uows, InternalArticles()).talking
    await talking.send_message(
        conversation_id, agent, TextContent(text="@坐席b 帮我看看"), client_msg_id="whisper",
        private=True, mentions=[colleague.account_id],
    )  # fmt: skip
    await talking.send_message(
        conversation_id, agent, TextContent(text="请稍候"), client_msg_id="aloud"
    )
    await world.settle()
    assert await world.answers() == ["您说：您好", "坐席a 为您服务。\n\n请稍候"]
    assert ("agent", "@坐席b 帮我看看") in await world.texts()
