"""Personal numbers never reach the statistics, and what makes a question a question stays."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.masking import mask_identity, mask_personal

IDENTITY, MOBILE = "11010519491231002X", "13912345678"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"我的身份证{IDENTITY}怎么查余额", "我的身份证[证件号]怎么查余额"),
        ("身份证 110105 1949 1231 0021 没绑定", "身份证 [证件号] 没绑定"),
        ("老身份证110105491231002能用吗", "老身份证[证件号]能用吗"),
        (f"打{MOBILE}没人接", "打[手机号]没人接"),
        ("手机号139-1234-5678换了", "手机号[手机号]换了"),
        ("手机+86 139 1234 5678", "手机[手机号]"),
        ("１３９１２３４５６７８收不到验证码", "[手机号]收不到验证码"),
        ("座机010-66668888打不通", "座机[电话]打不通"),
        ("座机（0571）87654321打不通", "座机[电话]打不通"),
        ("卡号6222 0200 0012 3456 789", "卡号[号码]"),
        ("公积金账号201234567890", "公积金账号[号码]"),
        ("一三九一二三四五六七八", "[号码]"),
        ("幺三九幺二三四五六七八收不到短信", "[号码]收不到短信"),
        ("护照E12345678能办吗", "护照[证件号]能办吗"),
        ("单位91310000MA1K35X27U欠缴", "单位[单位代码]欠缴"),
        ("发到zhang.san@example.com.cn", "发到[邮箱]"),
        ("发到 zhang＠example．com", "发到 [邮箱]"),
        ("发到zhang@example。com", "发到[邮箱]"),
        # As people space, dictate and paste them.
        ("110105　19491231　002X查不到", "[证件号]查不到"),
        ("110105  19491231  002X查不到", "[证件号]查不到"),
        ("110105\u00a019491231\u200b002X查不到", "[证件号]查不到"),
        ("110105，19491231，002X查不到", "[证件号]查不到"),
        ("139\n1234\n5678收不到", "[手机号]收不到"),
        ("139，1234，5678收不到", "[手机号]收不到"),
        ("139(1234)5678收不到", "[手机号]收不到"),
        ("139——1234——5678收不到", "[手机号]收不到"),
        ("６２２２　０２００　００１２　３４５６", "[号码]"),
        ("6222.0200.0012.3456.789", "[号码]"),
        ("6222_0200_0012_3456", "[号码]"),
        ("幺三九、幺二三四、五六七八收不到", "[号码]收不到"),
        ("一 三 九 一 二 三 四 五 六 七 八", "[号码]"),
        ("一三9一二3四五六七8收不到", "[号码]收不到"),
        ("壹叁玖壹贰叁肆伍陆柒捌收不到", "[号码]收不到"),
        ("①③⑨①②③④⑤⑥⑦⑧收不到", "[手机号]收不到"),
        ("𝟏𝟑𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "[手机号]"),
    ],
)
def test_numbers_of_persons_are_named_not_kept(text: str, kept: str) -> None:
    assert mask_personal(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "12329和12333打哪个",
        "2025年11月能提50000元吗",
        "20251122办的还没到账",
        "贷款1500000.00元30年",
        "建金〔2015〕19号第3条",
        "五级伤残一次性补助多少个月",
        "缴了180个月，比例12%",
        "二零二五年退休",
        "①身份证②银行卡③申请表",
        "2021、2022、2023、2024年都缴了",
        "基数12345，单位1234，个人1234",
        "一、二、三档怎么选",
        "第一，二手房；第二，三套房",
        "12329、12333打哪个",
        "3500、4500、5500元的基数",
    ],
)
def test_amounts_dates_clauses_and_hotlines_stay(text: str) -> None:
    assert mask_personal(text) == text


@given(st.text(max_size=40), st.sampled_from([IDENTITY, MOBILE, "6222020000123456789"]))
def test_a_number_is_found_wherever_it_stands(around: str, number: str) -> None:
    assert number not in mask_personal(f"{around}，{number}，{around}")


def test_a_long_text_is_masked_in_no_time() -> None:
    started = perf_counter()
    for text in (
        "1 " * 20_000,
        "1，" * 20_000,
        "一、" * 20_000,
        "a." * 20_000 + "@",
        "13" * 20_000,
    ):
        mask_personal(text)
    assert perf_counter() - started < 5


@given(st.text(alphabet="0123456789-. 号X（）一二三", max_size=60))
def test_nine_digits_in_a_row_never_remain(text: str) -> None:
    masked = mask_personal(text)
    assert not any(masked[i : i + 9].isdecimal() for i in range(max(0, len(masked) - 8)))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{IDENTITY}{IDENTITY}", "[证件号][证件号]"),
        ("110105194912310021110105194912310021", "[证件号]"),
        (f"张三110105194912310021{MOBILE}", "[姓名][证件号]"),
        ("幺幺零幺零五一九四九幺二三幺零零二幺", "[证件号]"),
        ("110105一九四九1231零零21", "[证件号]"),
        ("110105 19491231 0021，麻烦查一下", "[证件号]，麻烦查一下"),
    ],
)
def test_an_identity_number_is_found_pasted_to_another_and_dictated(text: str, kept: str) -> None:
    assert mask_identity(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "卡号6222020000123456789",
        f"{MOBILE}、13912345679都行",
        "2021、2022、2023、2024、2025、2026年都缴了",
        "GD20261122-0001，GD20261122-0002",
        "一二三四五六七八九十",
    ],
)
def test_what_people_read_on_keeps_cards_phones_and_sums(text: str) -> None:
    assert mask_identity(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"张示例 {IDENTITY}", "[姓名] [证件号]"),
        (f"我叫张示例，身份证{IDENTITY}", "我叫[姓名]，身份证[证件号]"),
        (f"{IDENTITY}，买买提·艾山", "[证件号]，[姓名]"),
        (f"姓名：欧阳示例 证件号{IDENTITY} 查余额", "姓名：[姓名] 证件号[证件号] 查余额"),
        (f"身份证 {IDENTITY}", "身份证 [证件号]"),
        (f"{IDENTITY} 怎么查余额", "[证件号] 怎么查余额"),
        (f"我的号码，{IDENTITY}，麻烦查查", "我的号码，[证件号]，麻烦查查"),
    ],
)
def test_a_name_beside_an_identity_number_goes_with_it(text: str, kept: str) -> None:
    assert mask_personal(text) == kept
    assert mask_identity(text) == kept
    assert mask_identity(kept) == kept


def test_a_name_without_a_number_is_a_word_like_others() -> None:
    assert mask_personal("我叫张示例，租房能提取吗") == "我叫张示例，租房能提取吗"
