"""What the desk does with messages that wait or may not be there: reads it, sends again, takes back."""

from __future__ import annotations

import pytest

from app.people import build_people
from channels.tencent.replies.allowed import WeChatReplies
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.content import ActivityContent
from handoff.desk.deliveries import NotFailed, Redelivery
from handoff.desk.recalling import Recalling
from tests.fakes import InternalArticles
from tests.integration.wechat.conftest import World
from tests.integration.wechat.replying import Talk
from tests.integration.wechat.test_faults import fault

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def talk(world: World) -> Talk:
    await world.connect()
    return await Talk(world).begin()


def agent(talk: Talk) -> Actor:
    return Actor(talk.agent, "wangfang", "王芳", Role.AGENT)


async def test_the_desks_reading_says_what_is_left(talk: Talk) -> None:
    await talk.write("一")
    replies = WeChatReplies(talk.world.clock)
    people = build_people(talk.world.uows, InternalArticles(), replies=replies)
    context = await people.reader.context((await talk.conversation()).id, agent(talk))
    assert context.replies is not None
    assert (context.replies.left, context.replies.limit) == (3, 5)


async def test_what_is_unsure_is_sent_again_when_somebody_wants_it(talk: Talk) -> None:
    await fault(talk.world, kind="drop", times=1)
    [message_id] = await talk.write("一")
    conversation = await talk.conversation()
    read = await Redelivery(talk.world.uows).retry(conversation.id, message_id, agent(talk))
    assert read.delivery is not None
    assert read.delivery.state == "sending"
    await talk.later(seconds=5)
    assert [text.count("一") for text in await talk.shown()] == [1, 1]
    assert (await talk.states())["一"] == "delivered"


async def test_what_was_delivered_is_not_sent_again(talk: Talk) -> None:
    [message_id] = await talk.write("一")
    conversation = await talk.conversation()
    with pytest.raises(NotFailed):
        await Redelivery(talk.world.uows).retry(conversation.id, message_id, agent(talk))


async def test_what_waits_can_still_be_taken_back(talk: Talk) -> None:
    await talk.spend()
    first, second = await talk.write("说错了", "这是对的")
    conversation = await talk.conversation()
    recalled = await Recalling(talk.world.uows).recall_message(conversation.id, first, agent(talk))
    assert isinstance(recalled.content, ActivityContent)
    await talk.say("请说")
    assert (await talk.shown())[-1] == "这是对的"
    assert await talk.rows() == []
    assert await talk.marks() == []
    assert second
