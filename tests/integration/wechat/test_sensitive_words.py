"""What a citizen on WeChat may not write: the push is taken, and a polite line says so."""

from __future__ import annotations

from core.sensitive.words import WordList, WordsConfig
from tests.integration.wechat.conftest import World

LISTS = [
    WordList(name="甲", words=["炸掉"], action="refuse"),
    WordList(name="乙", words=["笨蛋"]),
]


async def test_a_refused_message_is_acknowledged_told_and_not_stored(world: World) -> None:
    await world.connect()
    world.engine.words.use(WordsConfig(lists=LISTS, refusal="请文明用语。"))
    await world.say("您好")
    result = await world.say("我要炸 掉")
    assert (result["attempts"], result["accepted"]) == (1, True)
    assert sorted(await world.answers()) == ["您说：您好", "请文明用语。"]
    assert await world.texts() == [("visitor", "您好"), ("bot", "您说：您好")]


async def test_a_masked_message_goes_on_its_way_masked(world: World) -> None:
    await world.connect()
    world.engine.words.use(WordsConfig(lists=LISTS))
    await world.say("你这笨蛋")
    assert await world.texts() == [("visitor", "你这***"), ("bot", "您说：你这***")]
