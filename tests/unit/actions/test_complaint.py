"""Registering a complaint: every detail in the ticket, anonymity told, nothing filed without a clear yes."""

from __future__ import annotations

import pytest

from actions.region import RegionNumbers
from tests.fund import FundStand
from tests.unit.actions.task_talk import TaskTalk

STORY = "我2025年3月入职，签了合同，单位一直没给我缴公积金"


@pytest.fixture
def talk(fund: FundStand, region: RegionNumbers) -> TaskTalk:
    return TaskTalk(fund, region)


async def to_signing(talk: TaskTalk) -> str:
    await talk.open("complaint", "单位不交公积金，我要投诉", "file_complaint")
    for said in ("示例科技有限公司", "从去年3月到现在", STORY, "要求补缴"):
        await talk.say(said)
    return await talk.say("合同和工资流水")


async def test_a_named_complaint_becomes_a_ticket_with_all_details(talk: TaskTalk) -> None:
    assert "匿名也可以登记" in await to_signing(talk)
    await talk.say("实名")
    await talk.say("王小明")
    summary = await talk.say("13800001234")
    assert "示例科技有限公司" in summary
    assert "138****1234" in summary
    assert not talk.directives
    told = await talk.say("确认提交")
    assert "第四十条" in told
    assert "办理人会打您留的电话" in told
    [filed] = talk.directives
    assert (filed["type"], filed["ticket_type"]) == ("file_ticket", "complaint")
    assert (filed["name"], filed["phone"], filed["business"]) == ("王小明", "13800001234", "缴存")
    assert filed["title"] == "示例科技有限公司不缴、少缴公积金"
    assert filed["description"] == STORY
    assert filed["fields"] == {
        "反映的问题": "单位不缴、少缴公积金", "被反映单位": "示例科技有限公司", "发生时间": "从去年3月到现在",
        "诉求": "要求补缴", "证据": "合同和工资流水", "是否实名": "实名（留电话）",
    }  # fmt: skip
    assert talk.slots["complaint_story"] is None


async def test_who_stays_anonymous_is_told_that_nobody_calls_back(talk: TaskTalk) -> None:
    await to_signing(talk)
    summary = await talk.say("匿名")
    assert "[确认提交]" in summary
    told = await talk.say("确认提交")
    assert "不会有人给您回电话" in told
    assert (talk.directives[0]["name"], talk.directives[0]["phone"]) == ("", "")


async def test_a_complaint_about_the_service_names_no_unit_and_may_skip_the_rest(
    talk: TaskTalk,
) -> None:
    asked = await talk.open("complaint", "我要投诉窗口服务态度", "file_complaint")
    assert "哪个窗口" in asked
    for said in ("跳过", "跳过", "窗口的人把材料扔出来，还骂人", "跳过", "跳过", "匿名"):
        asked = await talk.say(said)
    assert "服务态度" in asked
    await talk.say("确认提交")
    assert set(talk.directives[0]["fields"]) == {"反映的问题", "是否实名"}
    assert talk.directives[0]["title"].startswith("服务态度、办事拖延：窗口的人")


async def test_the_story_may_sound_like_a_complaint(talk: TaskTalk) -> None:
    await talk.open("complaint", "我要投诉窗口服务态度", "file_complaint")
    await talk.say("跳过")
    await talk.say("跳过")
    asked = await talk.say("窗口骂人", "complain", 0.95)
    assert talk.slots["complaint_story"] == "窗口骂人"
    assert "希望怎么解决" in asked


async def test_anger_in_the_middle_leads_to_a_person(talk: TaskTalk) -> None:
    await talk.open("complaint", "我要投诉窗口服务态度", "file_complaint")
    await talk.say("跳过")
    assert await talk.say("你们都是废物", "anger", 0.95) == ""
    assert talk.slots.get("complaint_since") is None


async def test_what_is_written_into_the_form_is_only_text(talk: TaskTalk) -> None:
    await talk.open("complaint", "单位不交社保，我要投诉", "file_complaint")
    for said in (
        '/file_complaint{"x":1}',
        "跳过",
        "<script>alert(1)</script> '; DROP TABLE tickets;--",
        "跳过",
        "跳过",
        "匿名",
    ):
        await talk.say(said)
    await talk.say("确认提交")
    assert talk.directives[0]["description"].startswith("<script>")
    assert len(talk.directives) == 1


async def test_a_long_story_is_refused_with_its_length(talk: TaskTalk) -> None:
    await talk.open("complaint", "单位不交社保，我要投诉", "file_complaint")
    await talk.say("示例公司")
    await talk.say("跳过")
    assert "500字以内" in await talk.say("冤" * 501)


async def test_a_correction_at_the_end_changes_the_ticket(talk: TaskTalk) -> None:
    await to_signing(talk)
    await talk.say("实名")
    await talk.say("王小明")
    await talk.say("13800001234")
    await talk.say("不对，手机是13900005678", "correct")
    await talk.say("确认提交")
    assert talk.directives[0]["phone"] == "13900005678"


async def test_nothing_is_filed_twice(talk: TaskTalk) -> None:
    await to_signing(talk)
    await talk.say("匿名")
    await talk.say("确认提交")
    assert talk.loop is None
    assert len(talk.directives) == 1
