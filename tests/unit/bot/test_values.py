"""What the readers of values make of citizens' sentences. The rules: docs/nlu-values.md."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.components.values import MAX_LENGTH, find_values

TODAY = date(2026, 11, 22)  # a Sunday


def found(text: str, today: date = TODAY) -> list[tuple[str, str, Any]]:
    return [(v.kind, text[v.start : v.end], v.value) for v in find_values(text, today)]


@pytest.mark.parametrize(
    ("text", "kind", "mention", "value"),
    [
        ("三千五", "amount", "三千五", 3500_00),
        ("每个月3500块", "amount", "3500块", 3500_00),
        ("￥1,200.50", "amount", "￥1,200.50", 1200_50),
        ("三块五", "amount", "三块五", 3_50),
        ("12元5角3分", "amount", "12元5角3分", 12_53),
        ("5 万元", "amount", "5 万元", 50000_00),
        ("五萬圓", "amount", "五萬圓", 50000_00),
        ("叁仟元整", "amount", "叁仟元整", 3000_00),
        ("我工资8000", "amount", "8000", 8000_00),
        ("房租每个月2500", "amount", "2500", 2500_00),
        ("我填3500.50", "number", "3500.50", "3500.5"),
        ("验证码012345", "number", "012345", "012345"),
        ("１２３４５", "number", "１２３４５", "12345"),
        ("五十八了", "number", "五十八", "58"),
        ("二十年", "duration", "二十年", 240),
        ("还有半年", "duration", "半年", 6),
        ("一年半", "duration", "一年半", 18),
        ("20年零3个月", "duration", "20年零3个月", 243),
        ("三个半月", "duration", "三个半月", 4),
        ("满15个年头", "duration", "15个年头", 180),
        ("还了36期", "duration", "36期", 36),
        ("两个季度", "duration", "两个季度", 6),
        ("工作2年3月", "duration", "2年3月", 27),
        ("满三十五周岁", "age", "三十五周岁", 35),
        ("百分之十二", "rate", "百分之十二", "0.12"),
        ("12.50％", "rate", "12.50％", "0.125"),
        ("3.1个点", "rate", "3.1个点", "0.031"),
        ("降了25个基点", "rate", "25个基点", "0.0025"),
        ("首付两成", "rate", "两成", "0.2"),
        ("要第二个", "ordinal", "第二个", 2),
        ("选3", "ordinal", "选3", 3),
        ("选②", "ordinal", "选②", 2),
        ("最后一个", "ordinal", "最后一个", -1),
        ("我手机13800138000", "phone", "13800138000", "13800138000"),
        ("+86 138-0013-8000", "phone", "+86 138-0013-8000", "13800138000"),
        ("电话(0571)88880000", "phone", "(0571)88880000", "0571-88880000"),
        ("幺三八零零幺三八零零零", "phone", "幺三八零零幺三八零零零", "13800138000"),
    ],
)
def test_values_are_found_and_normalised(text: str, kind: str, mention: str, value: Any) -> None:
    assert found(text) == [(kind, mention, value)]


@pytest.mark.parametrize(
    ("text", "mention", "value"),
    [
        ("2026年3月5日办的", "2026年3月5日", "2026-03-05"),
        ("二零二五年三月", "二零二五年三月", "2025-03"),
        ("1990.5.3", "1990.5.3", "1990-05-03"),
        ("90年5月生", "90年5月", "1990-05"),
        ("九〇年五月", "九〇年五月", "1990-05"),
        ("25年3月", "25年3月", "2025-03"),
        ("生日19900503", "19900503", "1990-05-03"),
        ("19900503出生", "19900503", "1990-05-03"),
        ("去年3月的", "去年3月", "2025-03"),
        ("明年年初", "明年年初", "2027-01"),
        ("上个月扣了", "上个月", "2026-10"),
        ("这个月15号", "这个月15号", "2026-11-15"),
        ("上月底", "上月底", "2026-10-31"),
        ("3月底", "3月底", "2026-03-31"),
        ("月底", "月底", "2026-11-30"),
        ("八月份", "八月份", "2026-08"),
        ("15号", "15号", "2026-12-15"),
        ("22号", "22号", "2026-11-22"),
        ("下周三下午", "下周三", "2026-11-25"),
        ("周五", "周五", "2026-11-27"),
        ("周日", "周日", "2026-11-22"),
        ("上上周五", "上上周五", "2026-11-06"),
        ("后天", "后天", "2026-11-24"),
        ("大前天", "大前天", "2026-11-19"),
    ],
)
def test_dates_count_from_the_day_of_the_message(text: str, mention: str, value: str) -> None:
    assert found(text) == [("date", mention, value)]


def test_months_and_days_that_the_calendar_shortens_stay_real() -> None:
    assert found("上个月底", date(2028, 3, 31)) == [("date", "上个月底", "2028-02-29")]
    assert found("31号", date(2026, 4, 5)) == [("date", "31号", "2026-05-31")]
    assert found("下个月", date(2026, 1, 31)) == [("date", "下个月", "2026-02")]
    assert found("上个月", date(2026, 1, 1)) == [("date", "上个月", "2025-12")]
    assert found("明天", date(2026, 12, 31)) == [("date", "明天", "2027-01-01")]


@pytest.mark.parametrize(
    ("text", "year"),
    [("去年", 2025), ("本年度", 2026), ("2025年度", 2025), ("08年", 2008), ("98年下岗", 1998),
     ("65年生", 1965), ("15年入职", 2015), ("24年度", 2024), ("一九九零年", 1990)],
)  # fmt: skip
def test_a_year_alone_is_no_date(text: str, year: int) -> None:
    assert [(kind, value) for kind, _, value in found(text)] == [("year", year)]


@pytest.mark.parametrize("text", ["交了25年", "70年产权", "十年后", "三十年工龄"])
def test_a_number_of_years_is_no_year(text: str) -> None:
    assert [kind for kind, _, _ in found(text)] == ["duration"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3到5万", [("amount", "3", 30000_00), ("amount", "5万", 50000_00)]),
        ("3000到5万", [("number", "3000", "3000"), ("amount", "5万", 50000_00)]),
        ("3000-5000元", [("amount", "3000", 3000_00), ("amount", "5000元", 5000_00)]),
        ("收入5000到8000", [("amount", "5000", 5000_00), ("amount", "8000", 8000_00)]),
        ("3-5年", [("duration", "3", 36), ("duration", "5年", 60)]),
        ("5-12%", [("rate", "5", "0.05"), ("rate", "12%", "0.12")]),
        ("16至59岁", [("age", "16", 16), ("age", "59岁", 59)]),
        ("3到5月", [("date", "3", "2026-03"), ("date", "5月", "2026-05")]),
        ("2023到2025年", [("year", "2023", 2023), ("year", "2025年", 2025)]),
        (
            "2024年1月到6月",
            [("date", "2024年1月", "2024-01"), ("date", "6月", "2024-06")],
        ),
        ("去年3月和5月", [("date", "去年3月", "2025-03"), ("date", "5月", "2025-05")]),
        (
            "2024年3月5日至8日",
            [("date", "2024年3月5日", "2024-03-05"), ("date", "8日", "2024-03-08")],
        ),
    ],
)
def test_the_ends_of_a_range_are_two_values(text: str, expected: list[Any]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "mention", "value"),
    [
        ("五万多", "amount", "五万多", 50000_00),
        ("十来万", "amount", "十来万", 100000_00),
        ("两三千块", "amount", "两三千块", 2000_00),
        ("十几年", "duration", "十几年", 120),
        ("三四年", "duration", "三四年", 36),
        ("半年多", "duration", "半年多", 6),
        ("六十多岁", "age", "六十多岁", 60),
        ("五十五六岁", "age", "五十五六岁", 55),
    ],
)
def test_what_is_vague_counts_as_its_lower_bound(
    text: str, kind: str, mention: str, value: Any
) -> None:
    assert found(text) == [(kind, mention, value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贷80万25年", [("amount", "80万", 800000_00), ("duration", "25年", 300)]),
        ("贷五万三年还清", [("amount", "五万", 50000_00), ("duration", "三年", 36)]),
        ("三千五一个月", [("amount", "三千五", 3500_00), ("duration", "一个月", 1)]),
        ("3500一个月", [("number", "3500", "3500"), ("duration", "一个月", 1)]),
        ("二十一个月", [("duration", "二十一个月", 21)]),
    ],
)
def test_two_numbers_said_in_one_breath_are_two(text: str, expected: list[Any]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    ["十分感谢", "一般来说", "就一个人", "100平米", "两套房", "万一断缴", "五险一金", "2万人排队", "10天到账",
     "3室1厅", "几千块", "好几万", "还有几十万", "几年", "第二套房", "第三次", "15号楼", "3号窗口", "每月15号",
     "北京路12号", "说明年限", "基本月薪", "一周五天", "每周三", "五年级", "打12329", "12345热线", "138****8000",
     "400-820-8820", "打95588", "订单2023110512345", "CCTV-5", "8:10", "80后", "一块交", "夫妻俩一起", "5000美元"],
)  # fmt: skip
def test_what_only_looks_like_a_value_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["2025年13月5日", "2月30日", "2025-02-30", "32号", "生日19901350"])
def test_a_day_that_does_not_exist_leaves_no_parts_behind(text: str) -> None:
    assert found(text) == []


def test_groups_of_digits_without_a_check_digit_stay_several_numbers() -> None:
    assert [kind for kind, _, _ in found("3500 2000 1200")] == ["number"] * 3


def test_two_readings_that_meet_do_not_share_a_character() -> None:
    assert [(kind, mention) for kind, mention, _ in found("百分之三百分之二")] == [
        ("rate", "百分之三"),
        ("rate", "百分之二"),
    ]
    assert [mention for _, mention, _ in found("三个月初5")] == ["三个月", "5"]


def test_numbers_beyond_all_money_do_not_break_the_arithmetic() -> None:
    assert found("999,999,999,999,999,999多亿亿年") == []


def test_digits_of_other_scripts_are_no_phone_number() -> None:
    assert found("١٣٨٠٠١٣٨٠٠٠") == []


def test_offsets_are_right_beside_emoji_and_full_width_signs() -> None:
    text = "😀余额５万元，😀身份证11010519491231002X😀"
    assert [text[v.start : v.end] for v in find_values(text, TODAY)] == [
        "５万元",
        "11010519491231002X",
    ]


def test_a_message_full_of_values_gives_no_more_than_a_person_means() -> None:
    assert len(find_values("1 " * 2000, TODAY)) <= MAX_LENGTH / 2
    assert [v.value for v in find_values("想贷" + "很" * 900 + "50万", TODAY)] == [50_000_000]


@pytest.mark.parametrize(
    "text",
    ["1" * 4000, "一" * 4000, "一点" * 2000, "1年" * 2000, "1,111" * 800, "0571-" * 800,
     "1到" * 500, "3-" * 500, "1 " * 500, "去年3月和5月" * 140, "一百二十三万四千" * 120],
)  # fmt: skip
@pytest.mark.timeout(5)
def test_the_longest_message_of_digits_takes_no_time(text: str) -> None:
    """Regular expressions that try every length at every place would take minutes."""
    assert len(find_values(text, TODAY)) <= len(text)


@pytest.mark.parametrize("text", ["2,6%", "利率2，6%", "1e9%", "1E3%"])
def test_the_end_of_a_mistyped_rate_is_no_rate(text: str) -> None:
    assert [kind for kind, *_ in found(text)].count("rate") == 0


@pytest.mark.parametrize(
    "text", ["600000，240，2.6%", "贷20万，3%", "240，3%", "5%,12%", "20，3.1%"]
)
def test_a_rate_behind_other_values_is_read(text: str) -> None:
    assert [kind for kind, *_ in found(text)][-1] == "rate"
