"""What the engine makes of messages that are no texts: who answers them, and what the rules and the bot see of them."""

from __future__ import annotations

from core.conversation.content import LocationContent
from core.conversation.intake import InboundMessage
from core.conversation.ports import Beside, HandoffContext, HandoffDecision
from core.conversation.sent import Inbound
from core.ids import new_id
from core.sensitive.words import WordList, WordsConfig
from tests.integration.engine.conftest import World

PLACE = LocationContent(latitude=30.27, longitude=120.15, label="市民中心")


async def send(world: World, content: Inbound) -> str:
    message = InboundMessage("web", "visitor-1", content, client_msg_id=new_id())
    receipt = await world.engine.receive(message)
    await world.turns.idle()
    return receipt.conversation.id


async def test_the_bot_answers_a_place_without_being_asked_and_goes_on_as_before(
    world: World,
) -> None:
    await world.say("提取条件")
    conversation_id = await send(world, PLACE)
    assert len(world.bot.turns) == 1
    *_, place, reply = await world.thread(conversation_id)
    assert (place.content["type"], reply.content["type"]) == ("location", "choices")
    assert reply.meta["band"] is None
    await send(world, PLACE)
    assert (await world.thread(conversation_id))[-1].content["text"].startswith("位置也收到了。")
    await world.say("租房呢")
    assert world.bot.turns[-1].earlier == ("提取条件",)
    conversation = await world.conversation(conversation_id)
    assert conversation.answered_seq == conversation.visitor_seq


async def test_rules_see_who_sent_it_and_no_words(world: World) -> None:
    """Somebody in a customer group may begin with a picture; a keyword in a label is no wish."""

    def rule(context: HandoffContext) -> HandoffDecision | None:
        return HandoffDecision("customer_group", {}) if context.first else None

    world.policy._rule = rule
    conversation_id = await send(world, LocationContent(latitude=1, longitude=1, label="转人工"))
    assert [(context.text, context.first) for context in world.policy.contexts] == [("", True)]
    assert (await world.conversation(conversation_id)).status == "queued"
    assert world.bot.turns == []


async def test_beside_the_queue_nothing_is_looked_up_for_it(world: World) -> None:
    conversation_id = (await world.say("你好")).conversation.id
    await world.engine.request_handoff(conversation_id)
    world.desk.beside = Beside(ask=True)
    await send(world, PLACE)
    conversation = await world.conversation(conversation_id)
    assert (conversation.status, conversation.turn_lease_until) == ("queued", None)
    assert conversation.answered_seq == conversation.visitor_seq


async def test_a_words_list_holds_for_labels_too(world: World) -> None:
    world.engine.words.use(WordsConfig(lists=[WordList(name="甲", words=["坏地方"])]))
    label = "去坏地方"
    conversation_id = await send(world, LocationContent(latitude=1, longitude=1, label=label))
    stored = (await world.thread(conversation_id))[0].content["label"]
    assert stored != label
    assert "坏地方" not in stored
