"""Numbers with a check digit: identity numbers, credit codes, accounts, bank cards. The rules: docs/nlu-values.md."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.components.accounts import AccountRule
from bot.components.values import check_id_number, find_values
from tests.unit.bot.test_values import TODAY, found


def test_an_identity_number_is_checked_and_is_not_a_phone() -> None:
    (value,) = find_values("身份证11010519491231002x", TODAY)
    assert value.kind == "id_number"
    assert value.value == {
        "number": "11010519491231002X",
        "valid": True,
        "birth": "1949-12-31",
        "sex": "female",
    }
    assert check_id_number("11010519491231002x")
    assert not check_id_number("110105194912310021")


def test_an_identity_number_of_a_day_to_come_is_not_valid() -> None:
    text = "身份证号11010519491231002X"
    assert found(text, date(1949, 12, 30))[0][2]["valid"] is False
    assert found(text, date(1949, 12, 31))[0][2]["valid"] is True


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (
            "110105491231002",
            "id_number",
            {
                "number": "110105491231002",
                "valid": False,
                "birth": "1949-12-31",
                "sex": "female",
            },
        ),
        (
            "身份证号码：1101051949123100",
            "id_number",
            {"number": "1101051949123100", "valid": False, "birth": None, "sex": None},
        ),
        (
            "91350100m000100y43",
            "employer_code",
            {"number": "91350100M000100Y43", "valid": True},
        ),
        (
            "91350100M000100Y44",
            "employer_code",
            {"number": "91350100M000100Y44", "valid": False},
        ),
        ("123456789015", "fund_account", {"number": "123456789015", "valid": True}),
        ("公积金账号123456789012", "fund_account", {"number": "123456789012", "valid": False}),
        ("公积金账号1234567", "fund_account", {"number": "1234567", "valid": False}),
        ("4111 1111 1111 1111", "bank_card", {"number": "4111111111111111", "valid": True}),
        (
            "卡号6222021234567890123",
            "bank_card",
            {"number": "6222021234567890123", "valid": False},
        ),
    ],
)
def test_numbers_with_a_check_digit_say_whether_it_is_right(
    text: str, kind: str, value: dict[str, Any]
) -> None:
    assert [(k, v) for k, _, v in found(text)] == [(kind, value)]


def test_a_city_sets_how_its_fund_accounts_are_made() -> None:
    rule = AccountRule(length=10, prefix="27", check="none")
    (value,) = find_values("我的号是2712345678", TODAY, rule)
    assert (value.kind, value.value["valid"]) == ("fund_account", True)
    assert find_values("我的号是2812345678", TODAY, rule) == []


@pytest.mark.parametrize("config", [{"check": "crc"}, {"length": 3}, {"digits": 12}])
def test_a_rule_for_accounts_that_makes_no_sense_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        AccountRule.read(config)
