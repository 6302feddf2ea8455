"""What sync_msg tells is read with every field checked; what is odd breaks nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wecom.items import (
    Entered,
    Media,
    NotDelivered,
    Place,
    Reassigned,
    Recalled,
    ServicerSaid,
    Unheeded,
    Words,
    parse,
)

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def row(kind: str, part: Any, **more: Any) -> dict[str, Any]:
    base = {
        "msgid": "m1", "open_kfid": "wkDesk", "external_userid": "wmCitizen",
        "send_time": int(AT.timestamp()), "origin": 3, "msgtype": kind, kind: part,
    }  # fmt: skip
    return base | more


def event(event_type: str, **part: Any) -> dict[str, Any]:
    whole = {"event_type": event_type, "open_kfid": "wkDesk", "external_userid": "wmCitizen"} | part
    fields = row("event", whole, origin=4)
    del fields["open_kfid"], fields["external_userid"]
    return fields


BASE = ("m1", "wkDesk", "wmCitizen", AT)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (row("text", {"content": "您好"}), Words(*BASE, text="您好")),
        (
            row("text", {"content": "租房", "menu_id": "m:0"}),
            Words(*BASE, text="租房", menu_id="m:0"),
        ),
        (row("voice", {"media_id": "M1"}), Media(*BASE, kind="voice", media_id="M1")),
        (
            row("location", {"latitude": 30.2, "longitude": "120.1", "name": "市民中心"}),
            Place(*BASE, latitude=30.2, longitude=120.1, label="市民中心"),
        ),
        (
            event("enter_session", scene="hall-1", welcome_code="W"),
            Entered(*BASE, scene="hall-1", welcome_code="W"),
        ),
        (event("enter_session", scene="门口1"), Entered(*BASE, scene="1", welcome_code="")),
        (
            event("msg_send_fail", fail_msgid="k", fail_type=10),
            NotDelivered(*BASE, fail_msgid="k", fail_type=10),
        ),
        (event("user_recall_msg", recall_msgid="m0"), Recalled(*BASE, recall_msgid="m0")),
        (event("session_status_change", change_type=3), Reassigned(*BASE, change_type=3)),
        (row("text", {"content": "我来"}, origin=5), ServicerSaid(*BASE, text="我来")),
        (
            row("merged_msg", {"title": "聊天记录", "item": [{"sender_name": "张三", "msgtype": "text"}]}),
            Words(*BASE, text="[聊天记录] 聊天记录\n张三：[text]"),
        ),
        (event("servicer_status_change", status=1), Unheeded("event servicer_status_change")),
    ],
)  # fmt: skip
def test_each_kind_is_read(given: dict[str, Any], expected: Any) -> None:
    assert parse(given) == expected


@pytest.mark.parametrize(
    "broken",
    [
        None, [], "text", 7, {}, row("text", {"content": "x"}, msgid=""),
        row("text", {"content": "x"}, external_userid="../etc"), row("text", {"content": "x"}, send_time=None),
        row("text", {"content": "x"}, send_time=10**30), row("image", {}), row("text", {"content": "x"}, origin=9),
        row("text", {"content": "x"}, msgid="m" * 101),
    ],
)  # fmt: skip
def test_what_has_no_id_no_time_or_no_sense_is_passed_over(broken: object) -> None:
    assert isinstance(parse(broken), Unheeded)


def test_a_place_off_the_earth_is_still_a_line() -> None:
    found = parse(row("location", {"latitude": 130, "longitude": 0, "name": "某处"}))
    assert found == Words(*BASE, text="[位置]")


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["msgid", "open_kfid", "external_userid", "send_time", "origin", "msgtype", "text", "event", "link",
     "merged_msg", "location", "image", "content", "event_type"]
)  # fmt: skip


@given(
    st.builds(lambda wrong: row("text", {"content": "x"}) | wrong, st.dictionaries(NAMES, VALUES))
)
def test_nothing_breaks_the_reading(given_row: dict[str, Any]) -> None:
    parse(given_row)


@given(VALUES, st.sampled_from(["location", "link", "merged_msg", "event", "video", "msgmenu"]))
def test_nothing_inside_a_part_breaks_it(part: object, kind: str) -> None:
    parse(row(kind, part))
