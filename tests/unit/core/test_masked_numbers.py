"""What the desk sees of personal numbers: enough to tell them apart, never more, and everything else as written."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conversation.content import FileContent
from core.conversation.in_part import in_part
from core.masked_numbers import covered


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("电话13812345678", "电话138****5678"),
        ("138 1234 5678", "138 **** 5678"),
        ("卡6222 0202 1381 2345 678", "卡6222 **** **** ***5 678"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("身份证110101199001011234", "身份证1101**********1234"),
        ("11010119900101123X", "1101**********123X"),
        ("110101 19900101 1234", "1101** ******** 1234"),
        ("老证110105491231002", "老证1101********002"),
        ("卡6222020000123456789", "卡6222***********6789"),
        ("6222.0200.0012.3456", "6222.****.****.3456"),
        ("账号201234567890", "账号201******890"),
        ("0571-87654321", "0571-****4321"),
        ("护照E12345678", "护照E1*****78"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("幺三八幺二三四五六七八", "幺三八****五六七八"),
        ("①③⑧①②③④⑤⑥⑦⑧", "①③⑧****⑤⑥⑦⑧"),
        ("13812345678和13987654321", "138****5678和139****4321"),
        ("11010119900101123413812345678", "1101*********************5678"),
    ],
)
def test_the_middle_of_a_citizens_number_is_covered(text: str, seen: str) -> None:
    assert covered(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我想查公积金余额",
        "工资12345.67元，交了2023年到2025年",
        "工单GD20261122-0001怎么样了",
        "留言LY20261122-0001、热线转办RX20261122-0001、自己设的ABCD20261122-12345",
        "小写的gd20261122-0001",
        "2023-01-15到2024-02-03",
        "2023-01-15 2024-02-03",
        "拨打12329或12333",
        "缴存额1500000.00",
        "一共一百二十三个月，三年五个月，七八九月",
    ],
)
def test_what_is_nobodys_number_stays(text: str) -> None:
    assert covered(text) is text


@pytest.mark.parametrize("text", ["请打0571-87654321", "请打400-123-4567", "文号2023123456"])
def test_hotlines_in_what_agents_write_stay(text: str) -> None:
    assert covered(text, by_citizen=False) is text


@pytest.mark.parametrize("number", ["13812345678", "110101199001011234", "6222020000123456789"])
def test_a_citizens_number_in_an_agents_words_is_covered(number: str) -> None:
    assert number not in covered(f"您的号码是{number}对吗", by_citizen=False)


DIGITS = st.text(st.sampled_from("0123456789"), min_size=9, max_size=60)


@given(DIGITS, st.sampled_from(["号码{}。", "{}", "a {} b", "我的{}", "({})"]))
def test_of_no_run_of_digits_more_than_eight_are_seen_or_fewer_than_four_hidden(
    digits: str, around: str
) -> None:
    shown = sum(char.isdigit() for char in covered(around.format(digits)))
    assert shown <= 8
    assert len(digits) - shown >= 4


GROUPS = st.sampled_from([(6, 8, 4), (3, 4, 4), (4, 4, 4, 4), (4, 4, 4, 4, 3), (6, 4, 4, 4)])


@given(st.data(), GROUPS, st.sampled_from(["", " ", "\u3000", "\u200b"]))
def test_parting_a_number_into_groups_shows_no_more_of_it(
    data: st.DataObject, groups: tuple[int, ...], gap: str
) -> None:
    digit = st.sampled_from("0123456789")
    written = gap.join(data.draw(st.text(digit, min_size=n, max_size=n)) for n in groups)
    shown = sum(char.isdigit() for char in covered(f"卡号{written}谢谢"))
    assert shown <= 8
    assert sum(groups) - shown >= 4


@given(st.text(max_size=200))
def test_a_covered_text_differs_in_nothing_but_stars(text: str) -> None:
    seen = covered(text)
    assert len(seen) == len(text)
    assert all(new in (old, "*") for old, new in zip(text, seen, strict=True))


@given(st.text(st.sampled_from("0123456789 -X"), max_size=60))
def test_covering_twice_is_covering_once_or_hides_more(text: str) -> None:
    once = covered(text)
    assert sum(c.isdigit() for c in covered(once)) <= sum(c.isdigit() for c in once)


@pytest.mark.parametrize("piece", ["1", "1 ", "1-", "幺", "E1234567", "110101 "])
def test_a_long_hostile_text_is_done_at_once(piece: str) -> None:
    started = perf_counter()
    covered((piece * 4000)[:4000])
    assert perf_counter() - started < 1


def test_a_files_address_shows_no_more_of_a_number_than_its_name() -> None:
    file = FileContent(
        type="image", attachment_id="a", url="/c/a/%E8%AF%8113812345678.png", name="证13812345678.png",
        size=1, media_type="image/png",
    )  # fmt: skip
    shown = in_part(file, by_citizen=False)
    assert isinstance(shown, FileContent)
    assert (shown.name, shown.url) == ("证138****5678.png", "/c/a/%E8%AF%81138%2A%2A%2A%2A5678.png")
