"""Citizens file tickets themselves and open them by number and phone: once, all or nothing, and nobody else's."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.conversation.attachments.repository import AttachmentUnknown
from core.conversation.own_tickets import TicketForm, TicketKey, TicketOpening
from core.errors import BangbanError, TooManyRequests
from core.ids import new_id
from core.sms.codes import LEFT_MESSAGE, CodeExpired, CodeWrong
from handoff.tickets.citizens.handing_in import TicketTextNeeded, TicketTooLarge, TooManyTickets
from handoff.tickets.citizens.opening import TicketNotFound
from handoff.tickets.citizens.tries import TRIES
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings
from handoff.tickets.types.reading import TicketTypeInactive, TicketTypeUnknown
from handoff.tickets.types.values import TicketFieldRefused
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.own_tickets import PHONE, OwnDesk, named
from tests.integration.handoff.tickets import file as filed_by
from tests.integration.handoff.tickets import staff, stored


@pytest.fixture
def own(world: World) -> OwnDesk:
    return OwnDesk.of(world)


async def test_a_filed_ticket_has_a_number_its_words_and_its_fields(own: OwnDesk) -> None:
    picture = await own.upload()
    ticket = await own.file(fields={"unit": "某某科技有限公司", "files": [picture]})
    assert (ticket.state, ticket.type, ticket.title) == (
        "new",
        "投诉",
        "单位三个月没有缴公积金，请核实",
    )
    assert [(each.name, each.value) for each in ticket.values] == [
        ("被反映单位", "某某科技有限公司")
    ]
    assert [each.attachment_id for each in ticket.files] == [picture]
    assert "?key=" in ticket.files[0].url
    assert [step.kind for step in ticket.steps] == ["filed"]
    row = await stored(own.world, ticket.id)
    assert (row.source, row.citizen_name, row.citizen_phone) == ("citizen", "王芳", PHONE)
    [listed] = await own.windows.own(await own.window())
    assert (listed.number, listed.state) == (ticket.number, "new")
    assert await own.texts("ticket_filed") == [
        {"phone": PHONE, "params": {"number": ticket.number}}
    ]
    said = await own.world.texts(row.conversation_id or "")
    assert any(ticket.number in text for kind, text in said if kind == "system")


async def test_the_same_form_sent_twice_at_once_is_one_ticket(own: OwnDesk) -> None:
    window, code = await own.window(), await own.code()
    conversation_id = await own.world.say("我要登记")
    wanted = TicketForm("once", "complaint", "窗口态度不好", "王芳", PHONE, code)

    async def opened() -> str:
        return conversation_id

    both = await asyncio.gather(*(own.windows.file(window, wanted, opened) for _ in range(2)))
    assert len({each.number for each in both}) == 1
    again = await own.file(client_msg_id="once", code="000000")
    assert again.number == both[0].number


@on_sqlite
async def test_a_code_is_good_for_one_ticket_and_for_nothing_else(own: OwnDesk) -> None:
    code = await own.code()
    await own.file(code=code)
    with pytest.raises(CodeExpired):
        await own.file(code=code)
    with pytest.raises(CodeExpired):
        await own.file(code=await own.code(purpose=LEFT_MESSAGE))
    with pytest.raises(CodeExpired):
        await own.file(code=await own.code("13900000000"))


@on_sqlite
async def test_what_is_wrong_is_refused_before_the_code_is_looked_at(own: OwnDesk) -> None:
    code = await own.code()
    theirs = await own.upload("visitor-2")
    refusals: list[tuple[dict[str, Any], type[BangbanError]]] = [
        ({"text": " \n\u200b"}, TicketTextNeeded),
        ({"name": ""}, TicketTextNeeded),
        ({"text": "字" * 2001}, TicketTooLarge),
        ({"attachment_ids": [new_id() for _ in range(10)]}, TicketTooLarge),
        ({"attachment_ids": [theirs]}, AttachmentUnknown),
        ({"fields": {"files": [theirs]}}, AttachmentUnknown),
        ({"fields": {"kind": "月球"}}, TicketFieldRefused),
        ({"fields": {"finding": "查过了"}}, TicketFieldRefused),
        ({"fields": {"unit": {"text": "x"}}}, TicketFieldRefused),
        ({"fields": {"unit": "长" * 3000}}, TicketFieldRefused),
        ({"type": "report", "fields": {}}, TicketFieldRefused),
        ({"type": "petition"}, TicketTypeInactive),
        ({"type": "nothing"}, TicketTypeUnknown),
    ]
    for changed, error in refusals:
        with pytest.raises(error):
            await own.file(code=code, **changed)
    assert (await own.file(code=code)).number


@on_sqlite
async def test_a_script_stays_a_text(own: OwnDesk) -> None:
    ticket = await own.file(
        text="<script>alert(1)</script>", fields={"unit": "<img src=x>\x00\u202e"}
    )
    assert ticket.text == "<script>alert(1)</script>"
    assert ticket.values[0].value == "<img src=x>"


@on_sqlite
async def test_a_day_holds_so_many_tickets(own: OwnDesk) -> None:
    await own.world.configure(CONFIG_NAME, CitizenTicketSettings(most_a_day=2))
    await own.file()
    await own.file()
    with pytest.raises(TooManyTickets):
        await own.file()


@on_sqlite
async def test_where_no_texts_are_sent_the_phone_is_taken_as_told_and_marked(world: World) -> None:
    own = OwnDesk.of(world, texts_reach=False)
    assert not (await own.windows.forms()).codes
    ticket = await own.file(code="")
    assert "手机号核验" in (await stored(world, ticket.id)).fields
    opened = await own.open(await own.window("visitor-2"), ticket.number, code="")
    assert opened.number == ticket.number
    for _ in range(4):
        await own.file(code="")
    with pytest.raises(TooManyRequests):
        await own.file(code="")
    await world.configure(CONFIG_NAME, CitizenTicketSettings(without_sms=False))
    with pytest.raises(CodeWrong):
        await own.file("visitor-3", code="")


@on_sqlite
async def test_the_forms_hold_what_citizens_fill_in_and_nothing_of_the_office(own: OwnDesk) -> None:
    forms = await own.windows.forms()
    complaint = next(each for each in forms.types if each.id == "complaint")
    assert {"kind", "unit", "wanted", "files"} <= {field.key for field in complaint.fields}
    assert not {"finding", "signed"} & {field.key for field in complaint.fields}
    assert "petition" not in {each.id for each in forms.types}


async def test_number_phone_and_code_open_a_ticket_for_that_window_and_an_hour(
    own: OwnDesk,
) -> None:
    agent = await own.world.agent("a")
    filed = await filed_by(
        own.world, agent, citizen_name="王芳", citizen_phone=PHONE, description="内部说明"
    )
    window, other = await own.window(), await own.window("visitor-2")
    opened = await own.open(window, f" {filed.number.lower()} ", "138 1234 5678")
    assert (opened.number, opened.text) == (filed.number, "")
    assert (await own.windows.read(window, named(opened))).number == filed.number
    with pytest.raises(TicketNotFound):
        await own.windows.read(other, named(opened))
    own.world.clock.advance(timedelta(minutes=61))
    with pytest.raises(TicketNotFound):
        await own.windows.read(window, named(opened))


async def refused(own: OwnDesk, **wanted: Any) -> tuple[str, str, dict[str, Any]]:
    window = await own.window(wanted.pop("who", "visitor-2"))
    with pytest.raises(BangbanError) as error:
        await own.windows.open(window, TicketOpening(**wanted))
    return error.value.code, error.value.message, error.value.details


@on_sqlite
async def test_an_unknown_number_and_a_wrong_phone_answer_alike(own: OwnDesk) -> None:
    ticket = await own.file()
    stranger = "13900009999"
    code = await own.code(stranger)
    wrong = await refused(own, number=ticket.number, phone=stranger, code=code)
    for number in ("GD20200101-0001", "", "' or 1=1", ticket.number + "0"):
        assert await refused(own, number=number, phone=stranger, code=code) == wrong
    # Who mistypes the number needs no second code.
    mine = await own.code()
    await refused(own, number="GD20200101-0001", phone=PHONE, code=mine, who="visitor-3")
    window = await own.window("visitor-3")
    assert (await own.open(window, ticket.number, code=mine)).number == ticket.number
    with pytest.raises(CodeExpired):
        await own.open(window, ticket.number, code=mine)


@on_sqlite
async def test_numbers_and_phones_cannot_be_tried_out(world: World) -> None:
    own = OwnDesk.of(world, texts_reach=False)
    ticket = await own.file(code="")
    for n in range(TRIES):
        code, _, _ = await refused(own, number=f"GD20261123-9{n:03d}", phone=PHONE, code="")
        assert code == "ticket_not_found"
    # By the citizen and by the phone: neither a new window nor another number helps.
    assert (await refused(own, number=ticket.number, phone=PHONE, code=""))[
        0
    ] == "too_many_requests"
    again = await refused(own, number=ticket.number, phone=PHONE, code="", who="visitor-3")
    assert again[0] == "too_many_requests"
    # By the number: many windows that try one phone each.
    for n in range(TRIES + 1):
        last = await refused(
            own, number="GD20261123-0777", phone=f"1370000{n:04d}", code="", who=f"many-{n}"
        )
    assert last[0] == "too_many_requests"


@on_sqlite
async def test_fifty_guesses_at_once_are_counted_one_by_one(world: World) -> None:
    own = OwnDesk.of(world, texts_reach=False)
    ticket = await own.file(code="")
    window = await own.window("visitor-2")
    tries = [
        own.windows.open(window, TicketOpening(ticket.number, f"1390000{n:04d}", ""))
        for n in range(50)
    ]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, TicketNotFound) for each in found) == TRIES
    assert sum(isinstance(each, TooManyRequests) for each in found) == 50 - TRIES


@on_sqlite
async def test_a_window_lists_what_was_filed_in_its_inbox_alone(own: OwnDesk) -> None:
    await own.file()
    window = await own.window()
    elsewhere = type(window)(window.contact_id, "wechat", window.address)
    assert await own.windows.own(elsewhere) == []
    assert await own.windows.own(await own.window("visitor-2")) == []
    clerk = await staff(own.world, "clerk")
    foreign = await filed_by(own.world, clerk)
    with pytest.raises(TicketNotFound):
        await own.windows.read(window, TicketKey(foreign.id))
