"""The transfer guide: both cities in one sentence, one city for both, the age rule, the sources."""

from __future__ import annotations

import pytest

from actions.region import RegionNumbers
from actions.tasks.transfer.form import limit_of
from actions.tasks.transfer.places import province_of
from tests.fund import FundStand
from tests.unit.actions.task_talk import TaskTalk


@pytest.fixture
def talk(fund: FundStand, region: RegionNumbers) -> TaskTalk:
    return TaskTalk(fund, region)


async def test_both_cities_are_read_from_one_sentence(talk: TaskTalk) -> None:
    asked = await talk.open("transfer", "我要把公积金从深圳转到杭州", "transfer_account")
    assert talk.slots["transfer_kind"] == "fund"
    assert (talk.slots["transfer_from"], talk.slots["transfer_to"]) == ("深圳", "杭州")
    assert "已经开始给您缴了吗" in asked


async def test_a_city_without_a_direction_answers_what_is_asked(talk: TaskTalk) -> None:
    await talk.open("transfer", "公积金怎么帮我转", "transfer_account")
    await talk.say("武汉")
    assert talk.slots["transfer_from"] == "武汉"
    assert talk.slots["transfer_to"] is None
    await talk.say("本地")
    assert talk.slots["transfer_to"] == "本地"


async def test_the_fund_needs_deposits_in_the_new_city_first(talk: TaskTalk) -> None:
    await talk.open("transfer", "公积金从深圳转到杭州", "transfer_account")
    await talk.say("还没有")
    told = await talk.say("没有")
    assert "现在还不能转" in told
    assert "第三十一条" in told
    assert talk.loop is None


@pytest.mark.parametrize(
    ("months", "head"), [("3个月", "先问杭州公积金中心"), ("8个月", "可以申请了")]
)
async def test_months_in_the_new_city_decide_what_is_advised(
    talk: TaskTalk, months: str, head: str
) -> None:
    await talk.open("transfer", "公积金从深圳转到杭州", "transfer_account")
    await talk.say("已经在缴")
    await talk.say(months)
    told = await talk.say("有")
    assert head in told
    assert "转出前请先问深圳公积金中心" in told


async def test_one_city_needs_no_transfer(talk: TaskTalk) -> None:
    told = await talk.open("transfer", "公积金从杭州转到杭州", "transfer_account")
    assert "不用您自己转" in told
    assert "第十五条" in told
    assert talk.loop is None


async def pension(talk: TaskTalk, way: str, sex: str, age: str) -> str:
    await talk.open("transfer", f"养老保险{way}", "transfer_account")
    await talk.say("已经在缴")
    await talk.say(sex)
    return await talk.say(age)


@pytest.mark.parametrize(
    ("sex", "age", "asks"), [("男", "49岁", False), ("男", "50岁", True), ("女", "39岁", False), ("女", "40岁", True)]
)  # fmt: skip
async def test_from_50_and_40_years_the_home_is_asked_for(
    talk: TaskTalk, sex: str, age: str, asks: bool
) -> None:
    said = await pension(talk, "从深圳转到杭州", sex, age)
    assert ("户籍所在" in said) is asks
    assert ("45个工作日" in said) is not asks


@pytest.mark.parametrize(
    ("home", "expected"),
    [("都不是", "临时养老保险缴费账户"), ("是，回户籍地", "回户籍地或者经批准调动的不受限制"),
     ("不是，是组织批准调动过去的", "回户籍地或者经批准调动的不受限制")],
)  # fmt: skip
async def test_the_home_decides_whether_the_elder_may_transfer(
    talk: TaskTalk, home: str, expected: str
) -> None:
    await pension(talk, "从深圳转到杭州", "女", "45岁")
    told = await talk.say(home)
    assert expected in told
    assert "第五条" in told


async def test_within_a_province_age_does_not_matter(talk: TaskTalk) -> None:
    said = await pension(talk, "从深圳转到广州", "女", "45岁")
    assert "同一个省" in said
    assert "临时" not in said


async def test_a_corrected_city_reckons_the_age_rule_anew(talk: TaskTalk) -> None:
    await pension(talk, "从深圳转到杭州", "女", "45岁")
    said = await talk.say("不对，转入地是广州", "correct")
    assert "同一个省" in said


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("医保", ("15个工作日", "第三十二条", "医保办发〔2021〕43号")),
        ("失业保险", ("第五十二条", "第二十二条")),
    ],
)
async def test_medical_and_unemployment_have_their_own_ways(
    talk: TaskTalk, kind: str, parts: tuple[str, ...]
) -> None:
    await talk.open("transfer", f"{kind}从深圳转到杭州", "transfer_account")
    told = await talk.say("已经在缴")
    assert all(part in told for part in parts)


async def test_a_province_is_no_city(talk: TaskTalk) -> None:
    said = await talk.open("transfer", "公积金从广东转过来", "transfer_account")
    assert talk.slots["transfer_from"] is None
    assert "哪个城市" in said


def test_provinces_are_known_from_the_official_list() -> None:
    assert province_of("深圳") == province_of("广州") == "广东"
    assert province_of("北京") == "北京"
    assert province_of("杭州") == "浙江"
    assert province_of("不存在") is None


def test_the_limit_is_unknown_until_sex_and_age_are() -> None:
    assert limit_of({"transfer_sex": "male"}) is None


@pytest.mark.parametrize(
    "text",
    ["社保公积金怎么转", "社保和公积金一起转", "养老和医保从深圳转到杭州", "公积金、医保都要转"],
)
async def test_of_two_things_neither_is_taken_silently(talk: TaskTalk, text: str) -> None:
    asked = await talk.open("transfer", text, "transfer_account")
    assert talk.slots["transfer_kind"] is None
    assert "几项都要转的，先选一项" in asked
    again = await talk.say("公积金和社保都转")
    assert "要分别转" in again
    await talk.say("医保")
    assert talk.slots["transfer_kind"] == "medical"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("社保怎么转", "pension"), ("失业了医疗保险怎么转", "medical"), ("公积金怎么转", "fund")],
)
async def test_one_thing_is_taken_from_the_opening(talk: TaskTalk, text: str, kind: str) -> None:
    await talk.open("transfer", text, "transfer_account")
    assert talk.slots["transfer_kind"] == kind


async def test_after_the_fund_the_way_of_social_insurance_is_offered(talk: TaskTalk) -> None:
    await talk.open("transfer", "公积金从深圳转到杭州", "transfer_account")
    await talk.say("还没有")
    told = await talk.say("没有")
    assert "社保不跟着公积金转" in told
    assert "[社保怎么转]" in told
