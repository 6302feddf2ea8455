"""Who looks where they may not: colleagues at the desk, and a citizen who guesses numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.auth.actor import Actor, Scope
from core.auth.permissions import Role
from core.conversation.content import AnswerContent, Citation, TextContent
from core.conversation.intake import InboundMessage
from core.conversation.schemas import ConversationRead
from core.errors import Conflict
from core.ids import new_id
from core.sensitive.book import WordsBlocked
from core.sensitive.words import WordList, WordsConfig
from handoff.desk.access import agents_within
from handoff.desk.wanted import Wanted
from handoff.ratings.repository import Filter
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import served

PHONE = "13812345678"


async def found(world: World, agent: Actor, text: str) -> list[str]:
    page = await world.people.reader.search(agent, Wanted(), text)
    return [item.id for item in page.items]


async def test_a_covered_number_cannot_be_searched_for_piece_by_piece(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await world.say(f"我的电话{PHONE}，住在幸福路")
    for known in (PHONE, "幸福路", f"{PHONE} 幸福路", "138", "5678"):
        assert await found(world, agent, known) == [conversation_id], known
    for guess in ("1381", "13812345", "1234", "12345678", "3812345678", "幸福路 1234"):
        assert await found(world, agent, guess) == [], guess


async def test_a_number_with_blanks_is_found_whole_only(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await world.say("电话 138 1234 5678 谢谢")
    assert await found(world, agent, "138 1234 5678") == [conversation_id]
    assert await found(world, agent, "1234 谢谢") == []


async def test_what_a_citizen_said_to_others_is_blank_for_who_may_not_read_it(world: World) -> None:
    first, second, guest = [await world.agent(each) for each in ("a", "b", "c")]
    before = await served(world, first)
    await world.say("以前说的话")
    await world.people.ending.close(before, first)
    now = await served(world, second)
    await world.people.talking.send_message(
        now, second, TextContent(text="请看一下"), client_msg_id=new_id(), private=True,
        mentions=[guest.account_id],
    )  # fmt: skip

    async def previews(actor: Actor) -> list[str]:
        context = await world.people.reader.context(now, actor)
        page = await world.people.reader.earlier(now, actor, after=None, limit=5)
        assert [row.preview for row in page.items] == [row.preview for row in context.earlier]
        return [row.preview for row in page.items]

    own = replace(guest, given_scope=Scope.OWN)
    assert await previews(own) == [""]
    assert await previews(replace(guest, given_scope=Scope.ALL)) == ["以前说的话"]
    # Whoever serves the citizen may read it.
    assert await previews(replace(second, given_scope=Scope.OWN)) == ["以前说的话"]


async def test_a_citizen_who_guesses_a_notes_number_does_not_get_to_read_it(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    for private in (True, False):
        key = f"n-{private}"
        await world.people.talking.send_message(
            conversation_id, agent, TextContent(text="他在说谎"), client_msg_id=key, private=private
        )
        with pytest.raises(Conflict):
            await world.engine.say(
                InboundMessage("web", "visitor-1", TextContent(text="你好"), client_msg_id=key)
            )


async def test_a_rating_keeps_no_number_and_is_shown_within_the_scope(world: World) -> None:
    agent, boss = await world.agent("a"), await world.agent("s", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    contact_id = (await world.conversation(conversation_id)).contact_id
    await world.people.ratings.rate(
        conversation_id=conversation_id, contact_id=contact_id, score=1, tags=["等待太久"],
        comment=f"打{PHONE}",
    )  # fmt: skip
    assert PHONE not in str((await world.thread(conversation_id))[-1].content)

    async def seen(scope: Scope) -> list[str]:
        among = agents_within(replace(boss, given_scope=scope))
        page = await world.people.ratings.page(Filter(among=among), after=None, limit=9)
        assert PHONE not in page.model_dump_json()
        return [rating.comment for rating in page.items]

    assert len(await seen(Scope.ALL)) == 1
    assert await seen(Scope.OWN) == []


async def test_the_desk_does_not_hear_what_others_talks_are_about(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await world.say("你好")
    await world.engine.request_handoff(conversation_id, category="提取")
    await world.people.taking.claim(conversation_id, agent)
    briefs = [
        event.payload
        for event in world.told("conversation.updated", conversation_id)
        if isinstance(event.payload, ConversationRead) and event.payload.brief
    ]
    assert briefs
    assert not any(read.business or read.handoff or read.contact_name for read in briefs)


HIDDEN: list[Callable[[AnswerContent], AnswerContent]] = [
    lambda answer: answer.model_copy(update={"question": "退款找我"}),
    lambda answer: answer.model_copy(update={"next": ["退款找我"]}),
    lambda answer: answer.model_copy(update={"variants": {"wechat": "退款找我"}}),
    lambda answer: answer.model_copy(update={"citations": [Citation(document="退款找我")]}),
]


@pytest.mark.parametrize("hide", HIDDEN)
async def test_no_part_of_an_answer_takes_a_listed_word_to_a_citizen(
    world: World, hide: Callable[[AnswerContent], AnswerContent]
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    world.words.use(WordsConfig(lists=[WordList(name="一", words=["退款找我"])]))
    answer = AnswerContent(text_md="可以。", article_id=new_id(), score=1, citations=[])
    with pytest.raises(WordsBlocked):
        await world.people.talking.send_message(
            conversation_id, agent, hide(answer), client_msg_id=new_id()
        )
