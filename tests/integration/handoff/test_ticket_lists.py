"""What each list holds, in which order, for whom; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.auth.actor import Actor, Scope
from core.auth.permissions import Role
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.listing import counts, search
from handoff.tickets.listing.order import PlaceUnknown
from handoff.tickets.listing.schemas import PageQuery
from handoff.tickets.words import WordsTooShort
from tests.integration.handoff.listed_tickets import Listed


@pytest.fixture
async def office(uow_factory: UnitOfWorkFactory) -> Listed:
    return await Listed(uow_factory).open()


@pytest.fixture
async def boss(office: Listed) -> Actor:
    return await office.person("boss", role=Role.SUPERVISOR)


async def test_each_list_holds_what_its_name_says(office: Listed, boss: Actor) -> None:
    loans = await office.department("贷款科")
    clerk = await office.person("clerk", loans)
    mine = {"assignee_id": clerk.account_id, "department_id": loans}
    await office.ticket("mine", **mine, hours=100, hands=(clerk,))  # T1
    await office.ticket("asked", **mine, status="pending", hands=(clerk,))  # T2
    await office.ticket("done", **mine, status="closed", turn="nobody", hands=(clerk,))  # T3
    await office.ticket("the department's", department_id=loans, turn="department", hours=3)  # T4
    await office.ticket("nobody's", status="new", turn="dispatchers", hours=-1)  # T5
    await office.ticket("reviewed", stage="review", turn="named", hands=(clerk,))  # T6
    await office.ticket("own answer", stage="review", turn="named", handler_id=clerk.account_id,
                        hands=(clerk,))  # T7  # fmt: skip
    of_clerk = {view: set(await office.numbers(clerk, view=view)) for view in (
        "mine", "department", "unassigned", "review", "due_soon", "overdue", "waiting", "all",
    )}  # fmt: skip
    assert of_clerk == {
        "mine": {"T1", "T6"}, "department": {"T1", "T2", "T4"}, "unassigned": {"T4"},
        "review": {"T6", "T7"}, "due_soon": {"T4"}, "overdue": set(), "waiting": {"T2"},
        "all": {"T1", "T2", "T3", "T4", "T6", "T7"},
    }  # fmt: skip
    assert await office.numbers(boss, view="overdue") == ["T5"]
    assert set(await office.numbers(boss, view="unassigned")) == {"T4", "T5"}
    counted = (await office.lists.counts(clerk)).counts
    assert counted == {view: len(of_clerk[view]) for view in counted}


async def test_a_data_scope_shows_ones_own_ones_departments_or_all(
    office: Listed, boss: Actor
) -> None:
    top = await office.department("处")
    loans = await office.department("贷款科", top)
    funds = await office.department("提取科", top)
    own = await office.person("own", loans, scope=Scope.OWN)
    group = await office.person("group", loans)
    above = await office.person("above", top)
    everything = await office.person("all", loans, scope=Scope.ALL)
    await office.ticket("with own", department_id=loans, status="closed", hands=(own,))  # T1
    await office.ticket("in loans", department_id=loans, status="closed")  # T2
    await office.ticket("in funds", department_id=funds, status="closed")  # T3
    await office.ticket("to take", department_id=loans, turn="department")  # T4
    await office.ticket("to take elsewhere", department_id=funds, turn="department")  # T5
    await office.ticket("anybody's", turn="anybody")  # T6
    seen = {who.login: await office.numbers(who) for who in (own, group, above, everything, boss)}
    assert seen == {
        "own": ["T6", "T4", "T1"],
        "group": ["T6", "T4", "T2", "T1"],
        "above": ["T6", "T5", "T4", "T3", "T2", "T1"],
        "all": ["T6", "T5", "T4", "T3", "T2", "T1"],
        "boss": ["T6", "T5", "T4", "T3", "T2", "T1"],
    }


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("filed", ["T5", "T4", "T3", "T2", "T1"]),
        ("updated", ["T2", "T5", "T4", "T3", "T1"]),
        ("due", ["T4", "T2", "T1", "T3", "T5"]),
        ("priority", ["T3", "T1", "T2", "T5", "T4"]),
    ],
)
async def test_each_order_is_kept_from_page_to_page_forwards_and_backwards(
    office: Listed, boss: Actor, sort: str, wanted: list[str]
) -> None:
    await office.ticket(priority="high", hours=9, updated_at=office.now)
    await office.ticket(hours=5, updated_at=office.now + timedelta(hours=9))
    await office.ticket(priority="urgent", updated_at=office.now + timedelta(hours=1))
    await office.ticket(priority="low", hours=1, updated_at=office.now + timedelta(hours=2))
    await office.ticket(updated_at=office.now + timedelta(hours=3))
    assert await office.numbers(boss, sort=sort) == wanted
    assert await office.numbers(boss, sort=sort, reverse=True) == wanted[::-1]
    clerk = await office.person("clerk", scope=Scope.OWN)
    await office.ticket("not his")
    await office.ticket("his", hands=(clerk,))
    assert await office.numbers(clerk, sort=sort) == ["T7"]


async def test_filters_narrow_a_list_and_several_values_of_one_widen_it(
    office: Listed, boss: Actor
) -> None:
    loans = await office.department("贷款科")
    clerk = await office.person("clerk", loans)
    await office.ticket(department_id=loans, assignee_id=clerk.account_id, business="贷款",
                        region="东城", priority="high", channel="wechat")  # fmt: skip
    await office.ticket(status="closed", business="提取", region="东城", source="citizen", hours=5)
    await office.ticket(status="new", citizen_name="欧阳建国", citizen_phone="13800001234")
    for query, numbers in [
        ({"status": ["open", "closed"]}, ["T2", "T1"]),
        ({"business": ["贷款", "提取"], "region": ["东城"], "status": ["closed"]}, ["T2"]),
        ({"department": [loans]}, ["T1"]),
        ({"assignee": [clerk.account_id], "priority": ["high"], "channel": ["wechat"]}, ["T1"]),
        ({"source": ["citizen"]}, ["T2"]),
        ({"stage": ["review"]}, []),
        ({"due_until": (office.now + timedelta(hours=6)).isoformat()}, ["T2"]),
        ({"due_since": (office.now + timedelta(hours=6)).isoformat()}, []),
        ({"filed_until": "2001-01-01T00:00:00+08:00"}, []),
        ({"filed_since": "2001-01-01T00:00:00+08:00", "type": ["complaint"]}, ["T3", "T2", "T1"]),
        ({"number": "t2"}, ["T2"]),
        ({"phone": "+86 138 0000 1234"}, ["T3"]),
        ({"q": "13800001234"}, ["T3"]),
        ({"phone": "1380000"}, []),
        ({"name": "欧阳"}, ["T3"]),
        ({"name": "建国"}, []),
    ]:
        assert await office.numbers(boss, **query) == numbers, query


async def test_words_are_found_in_title_text_answer_and_name_and_follow_them(
    office: Listed, boss: Actor
) -> None:
    first = await office.ticket("租房提取", description="材料在ＡＢＣ窗口退回", citizen_name="王芳")
    await office.ticket("购房提取", description="电话 13800001234 打不通")
    await office.change(first, resolution="已退还押金")
    assert await office.numbers(boss, q="提取") == ["T2", "T1"]
    assert await office.numbers(boss, q="提取 abc窗口") == ["T1"]
    assert await office.numbers(boss, q="押金") == ["T1"]
    assert await office.numbers(boss, q="王芳") == ["T1"]
    # Its middle is covered: nobody finds it out piece by piece.
    assert await office.numbers(boss, q="0000123") == []
    await office.change(first, title="", description="", resolution="", citizen_name="")
    assert await office.numbers(boss, q="租房") == await office.numbers(boss, q="押金") == []
    with pytest.raises(WordsTooShort):
        await office.numbers(boss, q="提")


@pytest.mark.parametrize("sort", ["filed", "updated", "due", "priority"])
async def test_a_search_is_whole_whichever_way_it_is_looked_for(
    office: Listed, boss: Actor, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With few tickets to look at, by their words or in their order, as with enough."""
    loans = await office.department("贷款科")
    clerk = await office.person("clerk", loans)
    for number in range(12):
        await office.ticket(
            "鸿运里" if number % 4 == 1 else "提取", hours=number if number % 3 else None,
            department_id=loans if number % 2 else None, priority="high" if number % 5 else "low",
            hands=(clerk,) if number % 3 == 2 else (),
        )  # fmt: skip
    for who in (boss, clerk):
        for words in ("鸿运", "提取"):
            whole = await office.numbers(who, q=words, sort=sort)
            assert len(whole) == len(set(whole)) > 1
            for first, having, more in ((2, 2, 3), (2, 100, 3), (100, 1, 1), (1, 1, 1)):
                monkeypatch.setattr(search, "FIRST", first)
                monkeypatch.setattr(search, "HAVING", having)
                monkeypatch.setattr(search, "MORE", more)
                assert await office.numbers(who, q=words, sort=sort) == whole
            monkeypatch.undo()


async def test_rows_show_names_and_cover_numbers(office: Listed, boss: Actor) -> None:
    loans = await office.department("贷款科")
    clerk = await office.person("clerk", loans)
    await office.ticket(
        "电话13800001234", department_id=loans, assignee_id=clerk.account_id, hours=-2,
        citizen_phone="13900005678",
    )  # fmt: skip
    [row] = await office.rows(boss)
    assert (row.type_name, row.stage_name, row.department_name, row.assignee_name) == (
        "投诉", "办理", "贷款科", "clerk",
    )  # fmt: skip
    assert (row.title, row.citizen_phone, row.overdue) == (
        "电话138****1234", "139****5678", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "after", ["x", "~~", "9~~0", "-1~~00000000-0000-7000-8000-000000000000", "0~2026-01-01~x"]
)
async def test_a_page_that_is_none_is_refused(office: Listed, boss: Actor, after: str) -> None:
    with pytest.raises(PlaceUnknown):
        await office.lists.page(boss, PageQuery(after=after))


async def test_counters_stop_where_nobody_reads_on(
    office: Listed, boss: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 3)
    clerk = await office.person("clerk")
    for _ in range(4):
        await office.ticket(turn="anybody", hands=(clerk,))
    for who in (boss, clerk):
        found = await office.lists.counts(who)
        assert (found.counts["unassigned"], found.counts["waiting"], found.most) == (3, 0, 2)
