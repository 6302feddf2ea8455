"""What citizens do with their tickets, what they read of them, and what they never hear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.attachments.repository import AttachmentUnknown
from core.conversation.opinions import RatingClosed, RatingOutdated
from core.conversation.own_tickets import TicketKey, TicketWindow
from core.events import contact_room, ticket_room
from core.ids import new_id
from handoff.tickets.citizens.acting import TicketMovedOn, TooManyRemarks
from handoff.tickets.citizens.handing_in import TicketTextNeeded, TicketTooLarge
from handoff.tickets.citizens.opening import TicketNotFound
from handoff.tickets.citizens.schemas import OwnTicketDetail
from handoff.tickets.life.effects import UrgedBefore
from handoff.tickets.models import TicketRating
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.own_tickets import OwnDesk, named
from tests.integration.handoff.tickets import steps_of, stored, sweep, take

ANSWER = "已经督促单位补缴，三日内到账。"
Doing = Callable[[TicketWindow, TicketKey], Awaitable[OwnTicketDetail]]


@pytest.fixture
def own(world: World) -> OwnDesk:
    return OwnDesk.of(world)


async def accepted(own: OwnDesk, clerk: Actor) -> OwnTicketDetail:
    """A consultation of the citizen's, which somebody works on."""
    ticket = await own.file(type="consultation")
    await step(own, ticket, "accept", clerk)
    return ticket


async def step(
    own: OwnDesk, ticket: OwnTicketDetail, what: str, actor: Actor, reason: str = ""
) -> None:
    seen = await own.world.people.tickets.get(ticket.id, actor)
    await take(own.world, seen, what, actor, reason=reason)


async def answered(own: OwnDesk) -> tuple[OwnTicketDetail, TicketWindow, Actor]:
    clerk = await own.world.agent("clerk")
    ticket = await accepted(own, clerk)
    await step(own, ticket, "resolve", clerk, ANSWER)
    return ticket, await own.window(), clerk


async def read(own: OwnDesk, window: TicketWindow, ticket: OwnTicketDetail) -> OwnTicketDetail:
    return await own.windows.read(window, named(ticket))


@on_sqlite
async def test_the_course_holds_what_concerns_the_citizen_and_no_names(own: OwnDesk) -> None:
    clerk = await own.world.agent("clerk")
    ticket = await accepted(own, clerk)
    await step(own, ticket, "comment", clerk, "单位电话没人接")
    await step(own, ticket, "ask", clerk, "请补充劳动合同")
    window = await own.window()
    shown = await read(own, window, ticket)
    assert (shown.state, shown.asked) == ("pending", "请补充劳动合同")
    assert [each.kind for each in shown.steps] == ["filed", "accepted", "asked"]
    assert "单位电话没人接" not in shown.model_dump_json()
    assert clerk.name not in shown.model_dump_json()
    await own.world.configure(CONFIG_NAME, CitizenTicketSettings(names=True))
    assert (await read(own, window, ticket)).steps[-1].by == clerk.name
    summary = (await own.windows.own(window))[0]
    assert (summary.state, summary.told_at) == ("pending", own.world.clock.now())


@on_sqlite
async def test_that_it_is_worked_on_is_told_once_however_often_it_changes_hands(
    own: OwnDesk,
) -> None:
    clerk = await own.world.agent("clerk")
    ticket = await accepted(own, clerk)
    await step(own, ticket, "return", clerk, "不归我们办")
    lead = await own.world.agent("lead", role=Role.SUPERVISOR)
    await step(own, ticket, "accept", lead)
    shown = await read(own, await own.window(), ticket)
    assert [each.kind for each in shown.steps] == ["filed", "accepted"]


async def test_a_remark_with_a_file_lets_a_waiting_ticket_go_on_and_the_handler_is_shown_it(
    own: OwnDesk,
) -> None:
    clerk = await own.world.agent("clerk")
    ticket = await accepted(own, clerk)
    await step(own, ticket, "ask", clerk, "请补充劳动合同")
    window, file_id = await own.window(), await own.upload()
    shown = await own.remark(window, named(ticket), "合同在附件里", files=[file_id], client="once")
    assert (shown.state, shown.asked) == ("open", "")
    assert [each.attachment_id for each in shown.files] == [file_id]
    assert shown.steps[-1].text == "合同在附件里"
    assert (await stored(own.world, ticket.id)).remarked_at is not None
    again = await own.remark(window, named(ticket), "合同在附件里", client="once")
    assert len(again.steps) == len(shown.steps)
    assert (await own.remark(window, named(ticket), "", files=[await own.upload()])).files[1:]


@on_sqlite
async def test_what_is_too_much_or_nothing_is_refused(own: OwnDesk) -> None:
    ticket, window = await own.file(), await own.window()
    with pytest.raises(TicketTextNeeded):
        await own.remark(window, named(ticket), " \u200b")
    with pytest.raises(TicketTooLarge):
        await own.remark(window, named(ticket), "字" * 1001)
    with pytest.raises(AttachmentUnknown):
        await own.remark(window, named(ticket), "看", files=[await own.upload("visitor-2")])
    with pytest.raises(TicketTextNeeded):
        await own.windows.withdraw(window, named(ticket), "")
    for n in range(100):
        if n % 25 == 0:
            own.world.clock.advance(timedelta(hours=2))
        await own.remark(window, named(ticket), f"第{n}次补充")
    own.world.clock.advance(timedelta(hours=2))
    with pytest.raises(TooManyRemarks):
        await own.remark(window, named(ticket), "再补充")


@on_sqlite
async def test_withdrawing_ends_it_and_needs_a_reason(own: OwnDesk) -> None:
    ticket, window = await own.file(), await own.window()
    shown = await own.windows.withdraw(window, named(ticket), "已经补缴了")
    assert (shown.state, shown.may) == ("withdrawn", [])
    assert (shown.steps[-1].kind, shown.steps[-1].text) == ("withdrawn", "已经补缴了")
    doings: list[Doing] = [
        own.windows.urge,
        own.windows.confirm,
        lambda window, which: own.remark(window, which, "还有"),
        lambda window, which: own.windows.withdraw(window, which, "再撤"),
    ]
    for doing in doings:
        with pytest.raises(TicketMovedOn):
            await doing(window, named(ticket))


async def test_urging_is_possible_once_a_day_also_from_fifty_windows_at_once(own: OwnDesk) -> None:
    ticket, window = await own.file(), await own.window()
    tries = [own.windows.urge(window, named(ticket)) for _ in range(20)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, OwnTicketDetail) for each in done) == 1
    assert all(isinstance(each, OwnTicketDetail | UrgedBefore) for each in done)
    shown = await read(own, window, ticket)
    assert (shown.urged_at, "urge" in shown.may) == (own.world.clock.now(), False)
    own.world.clock.advance(timedelta(hours=25))
    assert "urge" in (await read(own, window, ticket)).may


@on_sqlite
async def test_an_answer_is_confirmed_and_the_ticket_closed(own: OwnDesk) -> None:
    ticket, window, _ = await answered(own)
    shown = await read(own, window, ticket)
    assert (shown.state, shown.answer, shown.steps[-1].text) == ("resolved", ANSWER, ANSWER)
    assert shown.may == ["confirm", "dispute", "rate"]
    shown = await own.windows.confirm(window, named(ticket))
    assert (shown.state, shown.may) == ("closed", ["rate"])
    assert (await steps_of(own.world, ticket.id))[-1].actor == "visitor"


@on_sqlite
async def test_an_answer_that_is_disputed_does_not_close_by_itself(own: OwnDesk) -> None:
    ticket, window, clerk = await answered(own)
    with pytest.raises(TicketTextNeeded):
        await own.remark(window, named(ticket), "", disputes=True)
    with pytest.raises(TicketMovedOn):
        await own.remark(window, named(ticket), "谢谢")
    shown = await own.remark(window, named(ticket), "钱还没有到账", disputes=True)
    assert (shown.state, shown.steps[-1].disputes) == ("resolved", True)
    own.world.clock.advance(timedelta(days=30))
    await sweep(own.world)
    assert (await read(own, window, ticket)).state == "resolved"
    await step(own, ticket, "reopen", clerk, "市民反映没有到账")
    shown = await read(own, window, ticket)
    assert (shown.state, shown.answer, shown.steps[-1].kind) == ("open", "", "reopened")
    assert "市民反映没有到账" not in shown.model_dump_json()


@on_sqlite
async def test_a_result_is_rated_once_and_changed_for_a_day(own: OwnDesk) -> None:
    ticket, window, _ = await answered(own)
    rate = own.windows.rate
    shown = await rate(window, named(ticket), 2, ["问题没解决"], f"打{'13800001111'}没人接")
    assert shown.rating is not None
    assert (shown.rating.score, shown.rating.label) == (2, "不满意")
    assert "13800001111" not in shown.rating.comment
    before = len(await steps_of(own.world, ticket.id))
    await rate(window, named(ticket), 2, ["问题没解决"], "打13800001111没人接")
    assert len(await steps_of(own.world, ticket.id)) == before
    shown = await rate(window, named(ticket), 5, [], "")
    assert (await stored(own.world, ticket.id)).score == 5
    with pytest.raises(RatingOutdated):
        await rate(window, named(ticket), 5, ["没有这个标签"], "")
    own.world.clock.advance(timedelta(hours=25))
    with pytest.raises(RatingClosed):
        await rate(window, named(ticket), 1, [], "")
    async with own.world.uows.read() as session:
        row = await session.get_one(TicketRating, ticket.id)
    assert (row.score, [each["score"] for each in row.earlier]) == (5, [2])


@on_sqlite
async def test_nothing_is_rated_before_an_answer_or_long_after(own: OwnDesk) -> None:
    early, window = await own.file(), await own.window()
    with pytest.raises(RatingClosed):
        await own.windows.rate(window, named(early), 5, [], "")
    ticket, window, _ = await answered(own)
    own.world.clock.advance(timedelta(days=31))
    with pytest.raises(RatingClosed):
        await own.windows.rate(window, named(ticket), 5, [], "")
    assert "rate" not in (await read(own, window, ticket)).may


async def test_rating_twice_at_once_is_one_rating(own: OwnDesk) -> None:
    ticket, window, _ = await answered(own)
    await asyncio.gather(*(own.windows.rate(window, named(ticket), 4, [], "") for _ in range(5)))
    async with own.world.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(TicketRating)) == 1


@on_sqlite
async def test_no_command_touches_the_ticket_of_another_citizen(own: OwnDesk) -> None:
    ticket, stranger = await own.file(), await own.window("visitor-2")
    before = (await stored(own.world, ticket.id)).version
    windows = own.windows
    doings: list[Doing] = [
        windows.read,
        windows.urge,
        windows.confirm,
        lambda window, which: windows.withdraw(window, which, "撤"),
        lambda window, which: own.remark(window, which, "我来补充"),
        lambda window, which: windows.rate(window, which, 1, [], ""),
    ]
    forged = "ffffffffffff." + "A" * 24
    mine = (await own.file("visitor-2")).id
    for doing in doings:
        for which in (TicketKey(ticket.id), TicketKey(ticket.id, forged), TicketKey(new_id())):
            with pytest.raises(TicketNotFound):
                await doing(stranger, which)
    assert (await stored(own.world, ticket.id)).version == before
    assert (await windows.read(stranger, TicketKey(mine, forged))).id == mine


@on_sqlite
async def test_windows_hear_that_it_moved_and_not_what_the_office_did(own: OwnDesk) -> None:
    clerk = await own.world.agent("clerk")
    ticket = await accepted(own, clerk)
    window = await own.window()
    own.world.heard.events.clear()
    await step(own, ticket, "comment", clerk, "内部说明")
    assert told(own, window, ticket) == []
    await step(own, ticket, "resolve", clerk, ANSWER)
    assert told(own, window, ticket) == ["resolved"]


def told(own: OwnDesk, window: TicketWindow, ticket: OwnTicketDetail) -> list[str]:
    """The states that the citizen's windows were told, and nothing more."""
    rooms = {contact_room(window.contact_id, window.inbox_id), ticket_room(ticket.id)}
    found = []
    for event in own.world.heard.events:
        if event.name == "ticket.updated" and rooms <= event.audience.visitor_rooms:
            said = event.payload.model_dump()
            assert said["step"] == ""
            found.append(said["status"])
    return found
