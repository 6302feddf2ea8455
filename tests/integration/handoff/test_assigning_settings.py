"""Rules of assigning: what is refused when they are saved, what a trial says, what a preview shows to change."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import BangbanError, TooManyRequests
from core.ids import new_id
from handoff.tickets.assigning.checks import check
from handoff.tickets.assigning.preview import (
    AssigningPreviewer,
    AssigningPreviewRequest,
)
from handoff.tickets.assigning.settings import AssigningSettings
from handoff.tickets.assigning.trial import AssigningTrial, try_out
from handoff.tickets.models import Ticket
from handoff.tickets.types.models import TicketTypeVersion
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.placing_steps import Town


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def refusal(town: Town, *rules: dict[str, Any], **more: Any) -> tuple[str, str]:
    """The code and the field for which rules are refused."""
    with pytest.raises(BangbanError) as caught:
        async with town.world.uows.write() as uow:
            await check(uow, AssigningSettings.model_validate({"rules": rules, **more}))
    return caught.value.code, caught.value.details["field"]


async def restrict(town: Town, type_id: str, departments: list[str]) -> None:
    """The type goes to these departments only."""
    async with town.world.uows.write() as uow:
        row = await uow.session.get_one(TicketTypeVersion, (type_id, 1))
        changed = row.definition | {"department_ids": departments}
        await uow.session.execute(
            update(TicketTypeVersion)
            .where(TicketTypeVersion.type_id == type_id)
            .values(definition=changed)
        )


@on_sqlite
async def test_what_is_not_there_is_refused_at_its_field(town: Town) -> None:
    there = await town.department("窗口科")
    left = await town.person("离职", there, active=False)
    handler, editor = (
        await town.person("李", there), await town.person("编辑", there, role=Role.EDITOR),
    )  # fmt: skip
    good = {"name": "一", "department": there}
    assert await refusal(town, good, {"name": "二", "department": new_id()}) == (
        "unknown_department", "rules.1.department",
    )  # fmt: skip
    for account in (left, editor, new_id()):
        assert await refusal(town, {"name": "一", "account": account}) == (
            "unknown_handler", "rules.0.account",
        )  # fmt: skip
    assert await refusal(town, good | {"type": ["gone"]}) == ("unknown_ticket_type", "rules.0.type")
    assert await refusal(town, good, good) == ("rule_twice", "rules.1.name")
    assert await refusal(town, good, dispatcher=handler) == ("unknown_dispatcher", "dispatcher")
    for nobody in ({"name": "一"}, good | {"account": handler}):
        with pytest.raises(ValueError, match="一个部门或一个人"):
            AssigningSettings.model_validate({"rules": [nobody]})


@on_sqlite
async def test_a_department_that_is_none_of_the_types_is_refused_when_it_is_saved(
    town: Town,
) -> None:
    centre = await town.department("中心")
    loans, counter = await town.department("贷款科", centre), await town.department("窗口科")
    li = await town.person("李", counter)
    await restrict(town, "complaint", [centre])
    refused = ("department_not_of_type", "rules.0.department")
    rule = {"name": "投诉", "type": ["complaint", "report"]}
    assert await refusal(town, rule | {"department": counter}) == refused
    assert (await refusal(town, rule | {"account": li}))[1] == "rules.0.account"
    async with town.world.uows.write() as uow:
        for good in (rule | {"department": loans}, {"name": "其余", "department": counter}):
            await check(uow, AssigningSettings.model_validate({"rules": [good]}))


async def test_a_trial_says_who_would_get_it_and_changes_nothing(town: Town) -> None:
    office = await town.department("窗口科")
    li, wang = await town.person("李", office), await town.person("王", office)
    rules = [
        {"name": "态度", "words": ["态度"], "department": office, "strategy": "round_robin"},
        {"name": "李", "business": ["提取"], "account": li},
    ]
    await town.absence(li, wang)

    async def tried(**more: Any) -> tuple[str | None, str, str]:
        wanted = AssigningTrial.model_validate(
            {"settings": {"rules": rules}, "type": "complaint", **more}
        )
        async with town.world.uows.read() as session:
            found = await try_out(session, wanted, town.world.clock.now())
        assert found.lines
        return found.rule, found.department, found.person

    assert [await tried(text="窗口态度差") for _ in range(2)] == [("态度", "窗口科", "王")] * 2
    assert await tried(business="提取") == ("李", "窗口科", "王")
    assert await tried(text="别的") == (None, "", "")
    with pytest.raises(BangbanError) as refused:
        await tried(type="nothing")
    assert refused.value.code == "ticket_type_unknown"


async def test_a_preview_shows_what_would_go_elsewhere(town: Town) -> None:
    office, loans = await town.department("窗口科"), await town.department("贷款科")
    await town.person("李", office)
    await town.person("王", loans)
    old = {"name": "全部", "department": office}
    await town.rules(old)
    gone_back = await town.ticket(title="贷款还没放", number="A-1")
    await town.place(gone_back)
    async with town.world.uows.write() as uow:
        ticket = await uow.session.get_one(Ticket, gone_back)
        ticket.department_id = loans
    await town.place(gone_back, step="return")
    for place in range(3):
        await town.ticket(title=f"贷款太慢 {place}，我的电话13812345678", number=f"B-{place}")
    await town.ticket(title="别的", number="C-1")
    edited = AssigningSettings.model_validate(
        {"rules": [{"name": "贷款", "words": ["贷款"], "department": loans}, old]}
    )
    previewer = AssigningPreviewer(town.world.uows)
    chief = Actor(await town.person("主管", role=Role.SUPERVISOR), "c", "主管", Role.SUPERVISOR)
    shown = await previewer.preview(AssigningPreviewRequest(settings=edited), chief)
    assert (shown.filed, shown.tickets, shown.changed_count) == (5, 5, 3)
    assert [(each.rule, each.before, each.after) for each in shown.counts] == [
        ("全部", 5, 2), ("贷款", 0, 3), (None, 0, 0),
    ]  # fmt: skip
    assert {each.number for each in shown.changed} == {"B-0", "B-1", "B-2"}
    assert {(each.before.to, each.after.to) for each in shown.changed} == {("窗口科", "贷款科")}
    assert "13812345678" not in shown.model_dump_json()
    for _ in range(9):
        await previewer.preview(AssigningPreviewRequest(settings=edited), chief)
    with pytest.raises(TooManyRequests):
        await previewer.preview(AssigningPreviewRequest(settings=edited), chief)
