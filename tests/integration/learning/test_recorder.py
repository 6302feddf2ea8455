"""What is recorded of a citizen's questions: each once, with what became of it, and nothing personal."""

from __future__ import annotations

from datetime import timedelta

from core.clock import FixedClock
from core.conversation import thread
from core.conversation.content import AnswerContent
from core.conversation.feedback import give_feedback
from core.conversation.ports import KnowledgeHit
from core.conversation.schemas import Author
from core.ids import new_id
from knowledge.learning.recorder import Recorder, moved_back
from knowledge.learning.repository import LearningRepository
from tests.integration.learning.conftest import Learning


async def test_a_question_is_recorded_with_its_band_score_and_article(
    learning: Learning, rent: KnowledgeHit
) -> None:
    learning.replies.knows("租房能取吗", "answer", rent)
    receipt = await learning.say("租房能取吗", inbox="wx")
    [row] = await learning.recorded()
    assert (row.text, row.band, row.score, row.article_id) == (
        "租房能取吗",
        "answer",
        0.9,
        rent.article_id,
    )
    assert (row.inbox_id, row.region, row.source, row.intent) == (
        "wx",
        "example",
        "bot",
        "ask_withdrawal",
    )
    assert row.conversation_id == receipt.conversation.id
    assert row.asked_at == receipt.message.created_at
    assert (row.helpful, row.handoff, row.offered) == (None, None, False)


async def test_greetings_and_values_for_a_form_are_no_questions(learning: Learning) -> None:
    for text in ("你好", "50000", "单身"):
        await learning.say(text)
    assert await learning.recorded() == []


async def test_what_is_too_short_to_be_a_question_is_left_out_while_the_bot_is_away(
    learning: Learning,
) -> None:
    learning.replies.knows("你好呀", "unknown", intent="")
    learning.replies.knows("异地转入要多久到账", "unknown", intent="")
    await learning.say("你好呀")
    await learning.say("异地转入要多久到账")
    assert [row.text for row in await learning.recorded()] == ["异地转入要多久到账"]


async def test_recording_again_changes_nothing(learning: Learning, rent: KnowledgeHit) -> None:
    learning.replies.knows("租房能取吗", "answer", rent)
    await learning.say("租房能取吗")
    await learning.say("转人工")
    before = [(row.id, row.handoff) for row in await learning.recorded()]
    assert before[0][1] == "keyword"
    other_server = Recorder(learning.uows, "example")
    assert await other_server.catch_up() == 0
    assert [(row.id, row.handoff) for row in await learning.recorded()] == before


async def test_personal_numbers_are_masked_before_they_are_stored(learning: Learning) -> None:
    text = "我身份证11010519491231002X电话13912345678查不到"
    learning.replies.knows(text, "unknown")
    await learning.say(text)
    [row] = await learning.recorded()
    assert row.text == "我身份证[证件号]电话[手机号]查不到"


async def test_the_choice_a_citizen_taps_is_noted_with_the_question_it_was_offered_for(
    learning: Learning, rent: KnowledgeHit, buy: KnowledgeHit
) -> None:
    learning.replies.knows("房子能取钱吗", "guide", rent, buy)
    learning.replies.knows(buy.question, "answer", buy)
    await learning.say("房子能取钱吗")
    await learning.say(buy.question)
    asked, tapped = await learning.recorded()
    assert (asked.band, asked.article_id) == ("guide", rent.article_id)
    assert asked.picked_article_id == buy.article_id
    assert (asked.offered, tapped.offered) == (False, True)


async def test_other_words_after_a_guide_are_no_choice(
    learning: Learning, rent: KnowledgeHit, buy: KnowledgeHit
) -> None:
    learning.replies.knows("房子能取钱吗", "guide", rent, buy)
    learning.replies.knows("装修呢", "unknown")
    await learning.say("房子能取钱吗")
    await learning.say("装修呢")
    asked, after = await learning.recorded()
    assert asked.picked_article_id is None
    assert not after.offered


async def test_a_handoff_is_noted_with_the_question_before_it(
    learning: Learning, rent: KnowledgeHit
) -> None:
    learning.replies.knows("租房能取吗", "answer", rent)
    learning.replies.knows("怎么还没到账呢", "unknown")
    await learning.say("租房能取吗")
    receipt = await learning.say("怎么还没到账呢")
    await learning.engine.request_handoff(receipt.conversation.id)
    first, second = await learning.recorded()
    assert (first.handoff, second.handoff) == (None, "button")


async def test_the_verdict_is_taken_over_and_may_change(
    learning: Learning, rent: KnowledgeHit, clock: FixedClock
) -> None:
    learning.replies.knows("租房能取吗", "answer", rent)
    receipt = await learning.say("租房能取吗")
    answer = (await learning.thread(receipt.conversation.id))[-1]
    for helpful in (True, False):
        async with learning.uows.write() as uow:
            await give_feedback(
                uow,
                contact_id=receipt.conversation.contact_id or "",
                message_id=answer.id,
                helpful=helpful,
            )
        [row] = await learning.recorded()
        assert row.helpful is helpful
        clock.advance(timedelta(minutes=5))


async def test_an_article_an_agent_sends_is_recorded_with_the_citizens_words(
    learning: Learning, rent: KnowledgeHit
) -> None:
    receipt = await learning.say("转人工")
    await learning.say("我租的房子能不能取")
    answer = AnswerContent(
        text_md="可以。",
        article_id=rent.article_id,
        question=rent.question,
        score=0.7,
        citations=[],
    )
    for private in (False, True):
        async with learning.uows.write() as uow:
            conversation = await thread.load_for_update(uow, receipt.conversation.id)
            agent = Author(kind="agent", id=new_id(), name="王")
            await thread.append(uow, conversation, agent, answer, private=private)
    [row] = await learning.recorded()
    assert (row.source, row.text, row.article_id, row.score) == (
        "agent",
        "我租的房子能不能取",
        rent.article_id,
        0.7,
    )


async def test_an_idle_recorder_has_nothing_to_do(learning: Learning, rent: KnowledgeHit) -> None:
    async def has_news() -> bool:
        async with learning.uows.read() as session:
            return await LearningRepository(session).has_news()

    assert not await has_news()
    learning.replies.knows("租房能取吗", "answer", rent)
    await learning.say("租房能取吗")
    assert await has_news()
    await learning.recorder.catch_up()
    assert not await has_news()


async def test_texts_are_forgotten_and_counts_stay(
    learning: Learning, rent: KnowledgeHit, clock: FixedClock
) -> None:
    learning.replies.knows("租房能取吗", "answer", rent)
    await learning.say("租房能取吗")
    await learning.recorder.catch_up()
    clock.advance(timedelta(days=366))
    await learning.say("租房能取吗", who="visitor-2")
    await learning.recorder.catch_up()
    async with learning.uows.write() as uow:
        forgotten = await LearningRepository(uow.session).forget_texts(
            clock.now() - timedelta(days=365)
        )
    assert forgotten == 1
    assert [row.text for row in await learning.recorded()] == ["", "租房能取吗"]


def test_an_id_moved_back_sorts_before_those_made_since() -> None:
    now = new_id()
    assert moved_back(now, timedelta(seconds=1)) < now
    assert moved_back(now, timedelta(0)) <= now
