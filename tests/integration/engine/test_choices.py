"""Choices the bot offers: pressed or typed, they mean the same."""

from __future__ import annotations

from core.conversation.content import Choice, ChoicesContent
from core.conversation.ports import BotReply
from tests.integration.engine.conftest import World


async def test_a_typed_label_is_the_choice_it_names(world: World) -> None:
    choice = Choice(label="西城区", value="西城区的服务大厅在哪里")
    world.bot._answer = lambda text: BotReply(
        contents=[ChoicesContent(text=text, choices=[choice])]
    )
    receipt = await world.say("西城区")
    await world.say("西城区")
    assert [turn.text for turn in world.bot.turns] == ["西城区", "西城区的服务大厅在哪里"]
    texts = await world.texts(receipt.conversation.id)
    assert texts[2] == ("visitor", "西城区"), "what the citizen wrote is kept as it was"
