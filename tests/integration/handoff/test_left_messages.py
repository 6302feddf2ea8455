"""Left messages as citizens leave them: all or nothing, once, with a phone that is proved."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.configs import put_config
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import AttachmentUnknown
from core.conversation.leaving import Leave
from core.errors import InvalidInput, TooManyRequests
from core.ids import new_id
from core.sms.codes import CodeExpired, CodeWrong
from handoff.left_messages.leaving import LeftTextNeeded, TooMuchLeft
from handoff.left_messages.repository import Wanted
from handoff.left_messages.settings import CONFIG_NAME, LeftMessageSettings
from handoff.left_messages.status import LeftStatus, LeftStep
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import PHONE, LeftDesk, on_sqlite

T = LeftStep
ANYTHING = Wanted()


@pytest.fixture
def left(world: World) -> LeftDesk:
    return LeftDesk.of(world)


async def listed(left: LeftDesk, actor: Any, wanted: Wanted = ANYTHING) -> list[str]:
    page = await left.side.desk.page(actor, wanted, after=None, limit=50)
    return [each.number for each in page.items]


async def test_a_left_message_has_a_number_and_the_citizen_is_told_by_when(
    left: LeftDesk,
) -> None:
    own = await left.leave()
    assert own.number == "LY20261123-0001"
    assert own.status is LeftStatus.NEW
    _, conversation_id = await left.contact()
    _, told = (await left.world.texts(conversation_id))[-3]
    assert "LY20261123-0001" in told
    assert "11月24日24:00" in told
    assert await left.texts("left_message_received") == [
        {"phone": PHONE, "params": {"number": own.number}}
    ]


@on_sqlite
async def test_the_same_form_sent_again_is_one_left_message_and_needs_no_second_code(
    left: LeftDesk,
) -> None:
    first = await left.leave(client_msg_id="once")
    again = await left.leave(client_msg_id="once", code="000000")
    assert (again.id, again.number) == (first.id, first.number)


async def test_the_same_form_sent_twice_at_once_is_one_left_message(left: LeftDesk) -> None:
    contact_id, conversation_id = await left.contact()
    code = await left.code()
    wanted = Leave(client_msg_id="once", name="王芳", phone=PHONE, code=code, text="怎么提取")

    async def opened() -> str:
        return conversation_id

    both = await asyncio.gather(
        *(left.side.citizens.leave(contact_id, wanted, opened) for _ in range(2))
    )
    assert len({each.number for each in both}) == 1


@on_sqlite
async def test_a_wrong_code_and_the_code_of_another_phone_store_nothing(left: LeftDesk) -> None:
    code = await left.code("13900000000")
    with pytest.raises(CodeExpired):
        await left.leave(code=code)
    mine = await left.code()
    with pytest.raises(CodeWrong):
        await left.leave(code="111111" if mine != "111111" else "222222")
    agent = await left.world.agent("a")
    assert await listed(left, agent) == []
    assert (await left.leave(code=mine)).number == "LY20261123-0001"


@on_sqlite
async def test_where_no_texts_are_sent_the_phone_is_taken_as_told_and_marked(world: World) -> None:
    left = LeftDesk.of(world, texts_reach=False)
    own = await left.leave(code="", phone="138 1234 5678")
    agent = await world.agent("a")
    shown = await left.side.desk.get(own.id, agent)
    assert (shown.phone, shown.phone_proved) == ("138****5678", False)
    assert await left.texts("left_message_received") == []
    async with world.uows.read() as session:
        assert not (await left.side.citizens.summary(session, None, "web")).codes
    for _ in range(4):
        await left.leave(code="")
    with pytest.raises(TooManyRequests):
        await left.leave(code="")


@on_sqlite
async def test_where_texts_are_sent_nobody_leaves_out_the_code(left: LeftDesk) -> None:
    with pytest.raises(CodeWrong):
        await left.leave(code="")


@on_sqlite
async def test_an_organisation_may_insist_on_a_proved_phone(world: World) -> None:
    left = LeftDesk.of(world, texts_reach=False)
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, LeftMessageSettings(without_sms=False), "test")
    with pytest.raises(CodeWrong):
        await left.leave(code="")


@on_sqlite
async def test_a_code_is_good_for_one_left_message(left: LeftDesk) -> None:
    code = await left.code()
    await left.leave(code=code)
    with pytest.raises(CodeExpired):
        await left.leave(code=code)


@on_sqlite
async def test_what_cannot_be_stored_leaves_the_code_unspent(left: LeftDesk) -> None:
    code = await left.code()
    with pytest.raises(AttachmentUnknown):
        await left.leave(code=code, files=[new_id()])
    for _ in range(6):  # more often than a code may be tried
        with pytest.raises(InvalidInput, match="没有这项业务"):
            await left.leave(code=code, business="月球")
    assert (await left.leave(code=code)).number == "LY20261123-0001"


async def test_files_are_taken_up_once_and_somebody_elses_never(left: LeftDesk) -> None:
    contact_id, conversation_id = await left.contact()
    mine = await left.file(conversation_id, contact_id)
    other_contact, other_conversation = await left.contact("visitor-2")
    theirs = await left.file(other_conversation, other_contact)
    with pytest.raises(AttachmentUnknown):
        await left.leave(files=[mine, theirs])
    own = await left.leave(files=[mine, mine])
    assert [file.attachment_id for file in own.files] == [mine]
    assert "?key=" in own.files[0].url
    with pytest.raises(AttachmentUnknown):
        await left.leave(files=[mine])


@on_sqlite
async def test_what_is_too_much_or_too_little_is_refused_before_the_code_is_looked_at(
    left: LeftDesk,
) -> None:
    refusals: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"files": [new_id() for _ in range(50)]}, TooMuchLeft),
        ({"text": "字" * 1001}, TooMuchLeft),
        ({"text": " \n\t "}, LeftTextNeeded),
        ({"name": "\u200b"}, LeftTextNeeded),
        ({"name": "名" * 65}, TooMuchLeft),
    ]
    for changed, error in refusals:
        with pytest.raises(error):
            await left.leave(code="000000", **changed)


@on_sqlite
async def test_a_script_in_the_text_stays_a_text_and_numbers_are_shown_in_part(
    left: LeftDesk,
) -> None:
    own = await left.leave(text=f"<script>alert(1)</script> 我的电话{PHONE}")
    detail = await left.side.desk.get(own.id, await left.world.agent("a"))
    assert detail.text == "<script>alert(1)</script> 我的电话138****5678"
    assert detail.phone == "138****5678"
    assert own.text.endswith(PHONE)


@on_sqlite
async def test_files_of_a_left_message_stay_when_unsent_ones_go(left: LeftDesk) -> None:
    contact_id, conversation_id = await left.contact()
    file_id = await left.file(conversation_id, contact_id)
    await left.leave(files=[file_id])
    async with left.world.uows.read() as session:
        row = await session.get_one(Attachment, file_id)
    assert row.state == "sent"
