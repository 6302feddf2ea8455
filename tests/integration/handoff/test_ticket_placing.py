"""Where tickets go on both databases: fair turns when many come at once, people who are away or gone, and why."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.auth.models import Department
from core.auth.permissions import Role
from handoff.tickets.assigning.reasons import explain
from handoff.tickets.types.definition import Stage, Who
from tests.integration.handoff.conftest import World
from tests.integration.handoff.placing_steps import DISPATCH, HANDLE, Town, definition


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_fifty_filed_at_once_go_round_evenly_also_when_somebody_leaves_in_between(
    town: Town,
) -> None:
    office = await town.department("窗口科")
    people = [await town.person(f"办理{n}", office) for n in range(5)]
    await town.rules({"name": "窗口", "department": office, "strategy": "round_robin"})
    first = await asyncio.gather(*(town.file() for _ in range(25)))
    assert Counter(each.assignee_id for each in first) == dict.fromkeys(people, 5)
    await town.deactivate(people[2])
    second = await asyncio.gather(*(town.file() for _ in range(25)))
    given = Counter(each.assignee_id for each in second)
    there = [each for each in people if each != people[2]]
    assert set(given) == set(there)
    assert max(given.values()) - min(given.values()) <= 1


async def test_of_many_filed_at_once_nobody_gets_more_than_the_emptiest_hands(town: Town) -> None:
    office = await town.department("贷款科")
    busy, idle = await town.person("忙", office), await town.person("闲", office)
    for _ in range(6):
        await town.ticket(assignee_id=busy, status="open")
    await town.ticket(assignee_id=idle, status="closed")
    await town.rules({"name": "贷款", "department": office, "strategy": "least_loaded"})
    placed = await asyncio.gather(*(town.file() for _ in range(10)))
    assert Counter(each.assignee_id for each in placed) == {idle: 8, busy: 2}


async def test_a_rule_that_decides_does_the_dispatching_and_says_why(town: Town) -> None:
    centre = await town.department("中心")
    loans = await town.department("贷款科", centre)
    li = await town.person("李", loans)
    await town.rules(
        {"name": "举报", "type": ["report"], "account": li},
        {"name": "贷款", "words": ["贷款"], "department": centre, "strategy": "least_loaded"},
    )
    placed = await town.file(title="贷款一直不放")
    assert (placed.department_id, placed.assignee_id, placed.stage) == (centre, li, "handle")
    assert explain(placed.data()["why"]) == [
        "符合规则“贷款”，分到中心。",
        "手上工单最少的优先：在 1 人中选中李（手上工单：李 0 张）。",
    ]
    other = await town.file(title="别的")
    assert (other.department_id, other.assignee_id, other.stage) == (None, None, "dispatch")
    assert explain(other.why) == ["没有规则指定由谁办理。", "交给有分派权限的人员。"]


async def test_what_is_no_longer_there_is_passed_over_and_supervisors_hear_of_it_once(
    town: Town,
) -> None:
    gone, there = await town.department("撤销的科"), await town.department("窗口科")
    left = await town.person("离职", there)
    await town.person("王", there)
    await town.rules(
        {"name": "一", "department": gone},
        {"name": "二", "account": left},
        {"name": "三", "department": there},
    )
    await town.deactivate(left)
    async with town.world.uows.write() as uow:
        await uow.session.delete(await uow.session.get_one(Department, gone))
    placed = await town.file()
    assert (placed.department_id, placed.assignee_id) == (there, None)
    assert [step["kind"] for step in placed.why] == ["rule_gone", "rule_gone", "rule", "anybody"]
    await town.file()
    [alert] = town.alerts()
    assert "规则“一”也符合，但它指定的部门已撤销" in alert
    assert "规则“二”也符合，但它指定的办理人已停用" in alert
    town.world.clock.advance(timedelta(hours=2))
    await town.file()
    assert len(town.alerts()) == 2


async def test_a_department_that_gave_it_back_is_not_chosen_again(town: Town) -> None:
    first, second = await town.department("甲科"), await town.department("乙科")
    await town.person("甲", first)
    await town.person("乙", second)
    chief = await town.person("调度", role=Role.SUPERVISOR)
    await town.rules(
        {"name": "甲", "department": first}, {"name": "乙", "department": second}, dispatcher=chief
    )
    ticket = await town.ticket()
    assert (await town.place(ticket)).department_id == first
    back = await town.place(ticket, step="return")
    assert (back.department_id, back.assignee_id) == (None, chief)
    assert explain(back.why) == ["甲科退回，交分派人员重新分派。", "交给分派人员调度。"]
    again = await town.place(ticket, step="classify")
    assert again.department_id == second
    assert "甲科退回过这张工单" in explain(again.why)[0]
    assert (await town.file()).department_id == first


async def test_who_is_away_is_stood_in_for_until_he_is_back(town: Town) -> None:
    office = await town.department("窗口科")
    li, wang, zhao = [await town.person(name, office) for name in "李王赵"]
    await town.rules({"name": "李", "account": li})
    await town.absence(li, wang)
    await town.absence(wang, zhao)
    placed = await town.file()
    assert (placed.assignee_id, explain(placed.why)[-1]) == (zhao, "李、王缺席，由赵代办。")
    await town.absence(zhao, li)
    circle = await town.file()
    assert (circle.department_id, circle.assignee_id) == (office, None)
    assert explain(circle.why)[-1] == "李、王、赵都缺席，代办人绕成了一圈，由部门内先受理的人办理。"
    town.world.clock.advance(timedelta(hours=8))
    assert (await town.file()).assignee_id == li


async def test_turns_pass_over_those_who_are_away(town: Town) -> None:
    office = await town.department("窗口科")
    li, wang = await town.person("李", office), await town.person("王", office)
    await town.rules({"name": "窗口", "department": office, "strategy": "round_robin"})
    await town.absence(li, None)
    assert [(await town.file()).assignee_id for _ in range(3)] == [wang] * 3
    await town.absence(wang, None)
    nobody = await town.file()
    assert (nobody.department_id, nobody.assignee_id) == (office, None)
    assert "都缺席" in town.alerts()[-1]


async def test_a_stage_of_the_flow_names_its_people(town: Town) -> None:
    centre = await town.department("中心")
    leader = await town.person("科长", centre)
    chief = await town.person("主任", centre)
    async with town.world.uows.write() as uow:
        (await uow.session.get_one(Department, centre)).leader_id = chief
    office = await town.department("窗口科", centre, leader_id=leader)
    handler = await town.person("李", office)
    review = Stage(key="review", name="审核", kind="review", who=Who(kind="leader"), next=["end"])
    what = definition(DISPATCH, HANDLE, review)
    at = {"stage": "review", "status": "open", "department_id": office}
    ticket = await town.ticket(**at, handler_id=handler)
    placed = await town.place(ticket, what, "submit")
    assert (placed.department_id, placed.assignee_id, placed.stage) == (office, leader, "review")
    own = await town.ticket(**at, handler_id=leader)
    assert (await town.place(own, what, "submit")).assignee_id == chief
    nobody = await town.ticket(**at | {"department_id": None}, handler_id=handler)
    lost = await town.place(nobody, what, "submit")
    assert (lost.assignee_id, [step["kind"] for step in lost.why]) == (
        None, ["stage_gone", "dispatcher"],
    )  # fmt: skip


async def test_reopened_it_goes_to_whoever_answered_unless_he_is_gone(town: Town) -> None:
    office = await town.department("窗口科")
    li, wang = await town.person("李", office), await town.person("王", office)
    await town.rules(strategy="least_loaded")
    at = {"stage": "handle", "department_id": office, "handler_id": li, "assignee_id": li}
    ticket = await town.ticket(**at, status="open")
    assert (await town.place(ticket, step="reopen")).assignee_id == li
    await town.deactivate(li)
    placed = await town.place(ticket, step="reopen")
    assert placed.assignee_id == wang
    assert explain(placed.why)[0] == "原办理人已停用，不能再办理。"


async def test_a_department_is_given_a_ticket_only_of_the_types_that_are_its_own(
    town: Town,
) -> None:
    centre = await town.department("中心")
    loans, counter = await town.department("贷款科", centre), await town.department("窗口科")
    await town.person("贷", loans)
    await town.person("窗", counter)
    await town.rules({"name": "窗口", "department": counter}, {"name": "贷款", "department": loans})
    placed = await town.file(definition(department_ids=[centre]))
    assert placed.department_id == loans
    assert explain(placed.why)[0] == "规则“窗口”也符合，但这类工单不能分到窗口科，跳过。"
