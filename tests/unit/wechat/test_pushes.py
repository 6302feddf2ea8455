"""Reading pushes: the usual ones, and XML that means harm."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.errors import PushMalformed
from channels.tencent.receiving.pushes import parse, sealed_in
from channels.tencent.receiving.xml import MAX_DEPTH, MAX_ELEMENTS, check_xml
from channels.wechat.pushes import scene_in
from simulators.tencent.envelope import to_xml

ENVELOPE = {"ToUserName": "gh_1", "FromUserName": "oCitizen", "CreateTime": "1763863200"}
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Content>&c;</Content></xml>"""


def test_a_text_is_known_by_its_msgid() -> None:
    push = parse(
        to_xml(
            {**ENVELOPE, "MsgType": "text", "Content": "租房能提取吗", "MsgId": "23456789012345678"}
        )
    )
    assert (push.openid, push.external_id) == ("oCitizen", "23456789012345678")
    assert (push.kind, push.text) == ("text", "租房能提取吗")


def test_an_event_is_known_by_sender_and_time() -> None:
    push = parse(to_xml({**ENVELOPE, "MsgType": "event", "Event": "subscribe", "EventKey": ""}))
    assert push.external_id.startswith("oCitizen:1763863200:subscribe:")
    assert (push.kind, push.event) == ("event", "subscribe")


def test_following_by_a_scene_code_is_a_subscription() -> None:
    fields = {
        **ENVELOPE,
        "MsgType": "event",
        "Event": "subscribe",
        "EventKey": "qrscene_12",
        "Ticket": "t",
    }
    push = parse(to_xml(fields))
    assert (push.event, scene_in(push)) == ("subscribe", "12")


def test_a_tap_on_a_menu_item_carries_its_id() -> None:
    fields = {**ENVELOPE, "MsgType": "text", "Content": "满意", "MsgId": "1", "bizmsgmenuid": "m:0"}
    assert parse(to_xml(fields)).menu_id == "m:0"


def test_voice_is_its_recognised_text() -> None:
    fields = {
        **ENVELOPE,
        "MsgType": "voice",
        "MediaId": "m",
        "Format": "amr",
        "Recognition": "你好",
        "MsgId": "2",
    }
    assert parse(to_xml(fields)).text == "你好"


def test_an_unknown_type_is_still_a_push() -> None:
    assert parse(to_xml({**ENVELOPE, "MsgType": "hologram", "MsgId": "3"})).kind == "hologram"


def test_the_end_mark_of_cdata_inside_a_text_survives() -> None:
    push = parse(to_xml({**ENVELOPE, "MsgType": "text", "Content": "a]]>b <b>&amp;", "MsgId": "4"}))
    assert push.text == "a]]>b <b>&amp;"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<xml></xml>",
        "<xml/>",
        "<xml>text</xml>",
        "<other><MsgType>text</MsgType></other>",
        "<xml><MsgType>text</MsgType></xml>",
        "<xml><MsgType><a/></MsgType><FromUserName>o1</FromUserName></xml>",
        "<xml><MsgType>text</MsgType><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>o1</FromUserName><CreateTime>x</CreateTime><MsgType>event</MsgType><Event>a</Event></xml>",
        "<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><MsgId>NaN</MsgId></xml>",
        "<xml><FromUserName>o1 or 1=1</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        "<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId><Content><a/></Content></xml>",
        "not xml",
        "<xml>",
        BOMB,
        '<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
    ],
)
def test_what_is_no_push_is_refused(xml: str) -> None:
    with pytest.raises(PushMalformed):
        parse(xml)


def test_deep_and_wide_trees_are_refused_before_they_are_built() -> None:
    with pytest.raises(PushMalformed):
        check_xml(("<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1)).encode())
    with pytest.raises(PushMalformed):
        check_xml(("<a>" + "<b/>" * MAX_ELEMENTS + "</a>").encode())


@pytest.mark.parametrize(
    "body", [b"\xff\xfe<xml/>", b"<xml><Encrypt/></xml>", b"<xml></xml>", b"", b"\x00"]
)
def test_a_body_without_cipher_text_is_refused(body: bytes) -> None:
    with pytest.raises(PushMalformed):
        sealed_in(body)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(PushMalformed):
        parse(text)


TAGS = st.sampled_from(
    ["MsgType", "FromUserName", "CreateTime", "MsgId", "Content", "Event", "EventKey", "X"]
)
VALUES = st.one_of(
    st.sampled_from(["text", "event", "voice", "o1", "1", "subscribe", "", "-1"]),
    st.text(max_size=8),
)


@given(st.lists(st.tuples(TAGS, VALUES), max_size=12))
def test_any_fields_are_read_or_refused(fields: list[tuple[str, str]]) -> None:
    xml = "".join(f"<{tag}><![CDATA[{value}]]></{tag}>" for tag, value in fields)
    try:
        push = parse(f"<xml>{xml}</xml>")
    except PushMalformed:
        return
    assert push.openid
    assert 0 < len(push.external_id) <= 128
