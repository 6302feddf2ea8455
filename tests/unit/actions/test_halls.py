"""Which halls are told: by district, landmark and business, never more than three, and no guess about the inside."""

from __future__ import annotations

import pytest

from actions.tasks.halls.choose import named_business, unknown_district
from actions.tasks.halls.words import answer
from core.conversation.business import ServiceHall
from core.conversation.content import ChoicesContent, plain_text
from tests.fund import FundStand


@pytest.fixture
async def halls(fund: FundStand) -> list[ServiceHall]:
    return await fund.gateway.service_halls("example")


def values(text: str, halls: list[ServiceHall]) -> list[str]:
    content = answer(text, halls)
    assert isinstance(content, ChoicesContent)
    return [choice.value for choice in content.choices]


async def test_a_district_and_a_business_lead_to_one_hall(halls: list[ServiceHall]) -> None:
    told = plain_text(answer("南湖区的社保大厅在哪", halls))
    assert "社保南湖分中心" in told
    assert "公积金南湖管理部" not in told
    assert "0000-5550022" in told
    assert "周一至周五" in told


async def test_a_hall_for_both_is_told_for_either(halls: list[ServiceHall]) -> None:
    for text in ("北新的公积金大厅", "北新的社保大厅"):
        assert "公积金北新管理部" in plain_text(answer(text, halls))


async def test_a_landmark_of_the_address_finds_the_hall(halls: list[ServiceHall]) -> None:
    assert "西城管理部" in plain_text(answer("建设大街那边有公积金大厅吗", halls))


async def test_without_a_district_it_is_asked_for_and_the_business_stays(
    halls: list[ServiceHall],
) -> None:
    assert "南湖区的社保服务大厅在哪里" in values("最近的社保大厅在哪里", halls)
    assert "看不到您的位置" in plain_text(answer("最近的社保大厅在哪里", halls))


async def test_an_unknown_district_gets_the_list_of_those_there_are(
    halls: list[ServiceHall],
) -> None:
    told = plain_text(answer("我想去朝阳区办公积金", halls))
    assert "没有查到朝阳区的服务大厅" in told


async def test_never_more_than_three_halls_in_full(halls: list[ServiceHall]) -> None:
    many = [*halls, *halls]
    told = plain_text(answer("东城区的大厅", many))
    assert told.count("📍") == 3
    assert "还有1个" in told


@pytest.mark.parametrize("text", ["大厅哪里可以喂奶", "南湖大厅好停车吗"])
async def test_what_is_inside_a_hall_is_not_guessed(halls: list[ServiceHall], text: str) -> None:
    told = plain_text(answer(text, halls))
    assert "没有可靠的资料" in told
    assert "地址" not in told


async def test_the_phone_is_given_for_what_is_inside(halls: list[ServiceHall]) -> None:
    assert "0000-5550021" in plain_text(answer("南湖大厅好停车吗", halls))


def test_without_halls_the_hotlines_are_told() -> None:
    assert "12329" in plain_text(answer("大厅在哪", []))


@pytest.mark.parametrize(
    ("text", "business"), [("公积金大厅", "公积金"), ("退休去哪办", "社保"), ("公积金和社保大厅", None), ("大厅", None)]
)  # fmt: skip
def test_the_business_is_read(text: str, business: str | None) -> None:
    assert named_business(text) == business


@pytest.mark.parametrize(
    "text", ["哪个区有大厅", "我住南湖区", "这小区附近有大厅吗", "市区有大厅吗"]
)
async def test_what_is_no_unknown_district_is_none(text: str, halls: list[ServiceHall]) -> None:
    assert unknown_district(text, halls) is None
