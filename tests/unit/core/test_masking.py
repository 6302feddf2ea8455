"""Personal numbers never reach the statistics, and what makes a question a question stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.masking import mask_personal

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
    ],
)
def test_amounts_dates_clauses_and_hotlines_stay(text: str) -> None:
    assert mask_personal(text) == text


@given(st.text(max_size=40), st.sampled_from([IDENTITY, MOBILE, "6222020000123456789"]))
def test_a_number_is_found_wherever_it_stands(around: str, number: str) -> None:
    assert number not in mask_personal(f"{around}，{number}，{around}")


@given(st.text(alphabet="0123456789-. 号X（）一二三", max_size=60))
def test_nine_digits_in_a_row_never_remain(text: str) -> None:
    masked = mask_personal(text)
    assert not any(masked[i : i + 9].isdecimal() for i in range(max(0, len(masked) - 8)))
