"""What may be filled into a ticket's fields, and who sees what of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.values import (
    TicketFieldRefused,
    by_names,
    checked_values,
    shown_values,
)

FILE = "01890a5d-ac96-774b-bcce-b302099a8057"
DEFINITION = TicketDefinition.model_validate(
    {
        "name": "测试",
        "fields": [
            {"key": "what", "name": "事项", "required": True},
            {"key": "story", "name": "经过", "kind": "long_text"},
            {"key": "amount", "name": "金额", "kind": "number"},
            {"key": "on", "name": "日期", "kind": "date"},
            {"key": "kind", "name": "类别", "kind": "choice", "choices": ["甲", "乙"]},
            {"key": "files", "name": "材料", "kind": "file"},
            {"key": "who", "name": "当事人", "kind": "person", "visible": "staff"},
            {"key": "where", "name": "地点", "kind": "address"},
            {"key": "paper", "name": "文号", "masked": False, "visible": "staff", "required": True},
            {"key": "finding", "name": "核查", "visible": "handlers"},
        ],
        "flow": {"stages": [{"key": "h", "name": "承办", "kind": "handle", "next": ["end"]}]},
    }
)


def checked(values: dict[str, Any], by: Any = "staff", complete: bool = False) -> dict[str, Any]:
    return checked_values(DEFINITION, values, by=by, complete=complete)


@pytest.mark.parametrize(
    ("key", "given_", "stored"),
    [
        ("what", "  公积金\n提取 ", "公积金 提取"),
        ("what", 12345, "12345"),
        ("story", "第一段\n第二段", "第一段\n第二段"),
        ("amount", "１，２００.50", "1200.50"),
        ("amount", 3.5, "3.5"),
        ("amount", "1e3", "1000"),
        ("on", "2026年1月5日", "2026-01-05"),
        ("on", "2026/1/5", "2026-01-05"),
        ("on", date(2026, 1, 5), "2026-01-05"),
        ("kind", "乙", "乙"),
        ("files", [FILE, FILE], [FILE]),
        ("who", {"name": "张三", "phone": "+86 138-1234-5678"}, {"name": "张三", "phone": "13812345678"}),
        ("who", {"name": "热线", "phone": "0571-12345"}, {"name": "热线", "phone": "0571-12345"}),
        ("who", "张三", {"name": "张三"}),
        ("where", {"text": "人民路1号", "region": ""}, {"text": "人民路1号"}),
    ],
)  # fmt: skip
def test_values_are_stored_in_one_shape(key: str, given_: Any, stored: Any) -> None:
    assert checked({key: given_}) == {key: stored}


@pytest.mark.parametrize(
    ("key", "given_"),
    [
        ("what", "长" * 201), ("what", ["x"]), ("what", True), ("amount", "约三百"), ("amount", "NaN"),
        ("amount", "1e99"), ("on", "2026-02-30"), ("on", "明天"), ("kind", "丙"), ("kind", ["甲"]),
        ("files", FILE), ("files", ["../etc"]), ("files", [FILE[:-1] + str(n) for n in range(10)] * 3 + [1]),
        ("who", {"phone": "13812345678"}), ("who", {"name": "张", "phone": "多少"}),
        ("who", {"name": "张", "age": 3}), ("where", {"region": "x"}), ("where", 7.0j),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused_and_the_field_named(key: str, given_: Any) -> None:
    with pytest.raises(TicketFieldRefused) as refused:
        checked({key: given_})
    assert refused.value.details["field"] == f"fields.{key}"
    name = next(each.name for each in DEFINITION.fields if each.key == key)
    assert name in refused.value.message


@pytest.mark.parametrize("nothing", [None, "", [], {}, "  ", {"name": ""}])
def test_what_is_empty_is_left_out(nothing: Any) -> None:
    key = "who" if isinstance(nothing, dict) else "what"
    assert checked({key: nothing}) == {}


def test_what_is_required_must_be_there_once_the_form_is_complete() -> None:
    assert checked({"kind": "甲"}) == {"kind": "甲"}
    with pytest.raises(TicketFieldRefused, match="“文号”必须填写"):
        checked({"what": "x"}, complete=True)
    assert checked({"what": "x"}, by="citizen", complete=True) == {"what": "x"}


def test_citizens_fill_in_what_they_are_asked_and_nothing_else() -> None:
    for key in ("paper", "finding", "who"):
        with pytest.raises(TicketFieldRefused, match="由工作人员填写"):
            checked({key: "x"}, by="citizen")


def test_programs_may_write_names_and_nobody_what_there_is_not() -> None:
    assert checked({"事项": "x", "paper": "y"}, by="program") == {"what": "x", "paper": "y"}
    for by in ("staff", "program"):
        with pytest.raises(TicketFieldRefused, match="没有“无此”这个字段"):
            checked({"无此": "x"}, by=by)
    assert by_names(DEFINITION, {"事项": 1, "on": 2, "另外": 3}) == (
        {"what": 1, "on": 2},
        {"另外": 3},
    )


VALUES: dict[str, Any] = {
    "finding": "查实", "what": "电话13812345678",
    "who": {"name": "张三", "phone": "13812345678", "id_number": "E1234567"},
    "paper": "20261123000012345", "老字段": "卡号6222020200001234567",
}  # fmt: skip


def shown(to: Any) -> dict[str, Any]:
    return {each.name: each.value for each in shown_values(DEFINITION, VALUES, to=to)}


def test_everybody_sees_what_is_for_them_with_numbers_in_part() -> None:
    assert shown("citizen") == {"事项": "电话138****5678"}
    staff = shown("staff")
    assert staff["当事人"] == {"name": "张三", "phone": "138****5678", "id_number": "E1****67"}
    assert "核查" not in staff
    assert shown("handlers")["核查"] == "查实"


def test_numbers_of_papers_are_shown_whole_and_old_fields_to_the_desk() -> None:
    staff = shown("staff")
    assert staff["文号"] == VALUES["paper"]
    assert staff["老字段"].endswith("4567")
    assert "2020" not in staff["老字段"]
    masked = {each.name for each in shown_values(DEFINITION, VALUES, to="staff") if each.masked}
    assert masked == {"事项", "当事人", "老字段"}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([each.key for each in DEFINITION.fields]), JUNK))
def test_whatever_is_sent_is_stored_clean_or_refused(values: dict[str, Any]) -> None:
    try:
        stored = checked(values)
    except TicketFieldRefused:
        return
    assert checked(stored) == stored
    shown_values(DEFINITION, stored, to="handlers")
