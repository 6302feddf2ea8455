"""Reading pushes, XML and JSON: the same as wechatpy where it can read them, and what it cannot."""

from __future__ import annotations

import contextlib
import io
import json
import wave
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from channels.tencent.accounts.credentials import Credentials
from channels.tencent.errors import PushMalformed
from channels.tencent.receiving.amr import as_wav, decoder, seconds_of
from channels.tencent.receiving.envelope import Envelope, Query
from channels.tencent.receiving.pushes import parse, read
from simulators.tencent.envelope import to_xml

BASE = {"ToUserName": "gh_1", "FromUserName": "oCitizen", "CreateTime": "1763863200"}
# What XML can carry.
TEXT = st.text(max_size=40).map(
    lambda text: "".join(c for c in text if c.isprintable()).strip() or "字"
)
WORD = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", min_size=1, max_size=30)
ID = st.integers(1, 2**63 - 1).map(str)

# Fields of each kind, and what wechatpy calls them.
MESSAGES: dict[str, dict[str, tuple[st.SearchStrategy[str], str]]] = {
    "text": {"Content": (TEXT, "content")},
    "image": {"MediaId": (WORD, "media_id"), "PicUrl": (WORD, "image")},
    "voice": {"MediaId": (WORD, "media_id"), "Format": (WORD, "format"), "Recognition": (TEXT, "recognition")},
    "shortvideo": {"MediaId": (WORD, "media_id"), "ThumbMediaId": (WORD, "thumb_media_id")},
    "video": {"MediaId": (WORD, "media_id"), "ThumbMediaId": (WORD, "thumb_media_id")},
    "link": {"Title": (TEXT, "title"), "Description": (TEXT, "description"), "Url": (WORD, "url")},
    "location": {"Label": (TEXT, "label")},
}  # fmt: skip


@given(st.data())
def test_messages_are_read_as_wechatpy_reads_them(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(MESSAGES)))
    fields = {name: data.draw(values) for name, (values, _) in MESSAGES[kind].items()}
    if kind == "location":
        fields |= {"Location_X": "23.134521", "Location_Y": "113.358803", "Scale": "20"}
    xml = to_xml({**BASE, "MsgType": kind, "MsgId": data.draw(ID), **fields})
    ours, theirs = parse(xml), parse_message(xml)
    assert (ours.openid, ours.external_id, ours.kind) == (
        theirs.source,
        str(theirs.id),
        theirs.type,
    )
    for name, (_, called) in MESSAGES[kind].items():
        assert ours.get(name) == getattr(theirs, called), name


@given(event=st.sampled_from(["subscribe", "unsubscribe", "CLICK", "VIEW", "SCAN"]), key=TEXT)
def test_events_are_read_as_wechatpy_reads_them(event: str, key: str) -> None:
    more = {"Ticket": "t"} if event == "SCAN" else {}
    xml = to_xml({**BASE, "MsgType": "event", "Event": event, "EventKey": key, **more})
    ours, theirs = parse(xml), parse_message(xml)
    assert (ours.openid, ours.event) == (theirs.source, theirs.event)
    assert ours.event_key == theirs._data["EventKey"]


@given(text=TEXT, nonce=WORD)
def test_what_wechatpy_seals_is_opened(text: str, nonce: str) -> None:
    credentials, now = Credentials.random(), datetime(2026, 11, 23, tzinfo=UTC)
    at = str(int(now.timestamp()))
    push = to_xml({**BASE, "MsgType": "text", "Content": text, "MsgId": "7"})
    sealing = WeChatCrypto(credentials.token, credentials.encoding_aes_key, "wx123456")
    body = sealing.encrypt_message(push, nonce, at)
    signature = body.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    query = Query(timestamp=at, nonce=nonce, msg_signature=signature, encrypt_type="aes")
    envelope = Envelope(credentials, "wx123456", "encrypted")
    assert read(envelope, query, body.encode(), now).text == text


@given(content=TEXT, number=st.integers(1, 2**63 - 1), menu=st.none() | WORD)
def test_json_says_what_xml_says(content: str, number: int, menu: str | None) -> None:
    fields: dict[str, Any] = {**BASE, "MsgType": "text", "Content": content, "MsgId": number}
    fields["bizmsgmenuid"] = menu
    by_json = parse(json.dumps({**fields, "CreateTime": 1763863200}))
    by_xml = parse(to_xml({name: value for name, value in fields.items() if value is not None}))
    one, other = ({**vars(push), "fields": None} for push in (by_json, by_xml))
    assert one == other


def test_a_paper_is_a_push_with_its_name() -> None:
    push = parse(
        to_xml({**BASE, "MsgType": "file", "Title": "证明.pdf", "FileKey": "k", "MsgId": "8"})
    )
    assert (push.kind, push.get("Title"), push.get("MediaId")) == ("file", "证明.pdf", "")


def test_two_events_of_a_second_are_two_and_a_repeat_sealed_anew_is_none() -> None:
    one = {**BASE, "MsgType": "event", "Event": "CLICK", "EventKey": "a"}
    assert parse(to_xml(one)).external_id == parse(to_xml({**one, "Encrypt": "x"})).external_id
    others = [{"EventKey": "b"}, {"Event": "VIEW"}, {"CreateTime": "1763863201"}, {"Ticket": "t"}]
    ids = {parse(to_xml({**one, **other})).external_id for other in [{}, *others]}
    assert len(ids) == 5


def test_a_list_of_one_comes_as_the_object_itself() -> None:
    item = {"TemplateId": "t", "SubscribeStatusString": "accept"}
    event = {**BASE, "MsgType": "event", "Event": "subscribe_msg_popup_event"}
    assert parse(json.dumps({**event, "List": item})).listed("List") == [item]
    assert parse(json.dumps({**event, "List": [item, item]})).listed("List") == [item, item]
    xml = to_xml(event).replace(
        "</xml>",
        "<S><List><TemplateId>t</TemplateId></List><List><TemplateId>u</TemplateId></List></S></xml>",
    )
    assert [one["TemplateId"] for one in parse(xml).listed("S", "List")] == ["t", "u"]
    assert parse(to_xml(event)).listed("S", "List") == []


@pytest.mark.parametrize(
    "body",
    [
        "{}", "[]", '{"MsgType":"text"}', '{"FromUserName":null}', "{" * 10_000, '{"a":' * 500 + "1" + "}" * 500,
        '{"FromUserName":"o","CreateTime":1,"MsgType":"text","MsgId":1,"Content":["a"]}',
        '{"FromUserName":"o","CreateTime":1,"MsgType":"text","MsgId":1e300}',
        '{"FromUserName":"o","CreateTime":-1,"MsgType":"text","MsgId":1}',
        '{"FromUserName":"o","CreateTime":1,"MsgType":"text","MsgId":%s}' % ("9" * 5000),
        '{"FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"x","y":%s}' % ("9" * 5000),
        '{"FromUserName":"o","CreateTime":1,"MsgType":true,"MsgId":1}',
        '{"FromUserName":"o","CreateTime":1,"MsgType":"text","MsgId":1,"Content":"\\ud800"}',
        '{"FromUserName":"o","CreateTime":NaN,"MsgType":"text","MsgId":1}',
    ],
)  # fmt: skip
def test_json_that_is_no_push_is_refused(body: str) -> None:
    with pytest.raises(PushMalformed):
        parse(body).get("Content")


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3), max_leaves=8,
))  # fmt: skip
def test_any_json_is_read_or_refused(value: Any) -> None:
    for body in (value, {**BASE, "MsgType": "event", "Event": value, "List": value}):
        with contextlib.suppress(PushMalformed):
            push = parse(json.dumps(body, allow_nan=False))
            push.listed("List")
            push.get("Event", "x")


@pytest.mark.parametrize(
    ("frames", "seconds"), [(b"\x3c" + bytes(31), 2), (b"\x04" + bytes(12), 2), (b"\x7c", 2)]
)
def test_a_recording_says_how_long_it_takes(frames: bytes, seconds: int) -> None:
    assert seconds_of(io.BytesIO(b"#!AMR\n" + frames * 100)) == seconds
    assert seconds_of(io.BytesIO(b"#!AMR\n" + frames)) == 1


class Silence:
    """A decoder: 160 samples for each frame."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.closed = False

    def samples(self, frame: bytes) -> bytes:
        self.frames.append(frame)
        return bytes(320)

    def close(self) -> None:
        self.closed = True


def test_a_recording_becomes_a_sound_of_the_same_length() -> None:
    file, silence = io.BytesIO(b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100 + b"\x3c torn"), Silence()
    sound = as_wav(file, silence)
    assert sound is not None
    with wave.open(io.BytesIO(sound)) as played:
        assert (played.getnframes(), played.getframerate(), played.getnchannels()) == (
            16000,
            8000,
            1,
        )
    assert (len(silence.frames), silence.closed) == (100, True)


def test_without_a_decoder_or_a_whole_frame_it_stays_as_it_is() -> None:
    assert as_wav(io.BytesIO(b"#!AMR\n" + b"\x3c" + bytes(31)), None) is None
    assert as_wav(io.BytesIO(b"#!AMR\n\x48"), Silence()) is None
    assert as_wav(io.BytesIO(b"RIFF"), Silence()) is None


@pytest.mark.skipif(decoder() is None, reason="libopencore-amrnb0 is not installed")
@given(st.binary(max_size=600))
def test_the_library_takes_whatever_stands_in_a_frame(data: bytes) -> None:
    sound = as_wav(io.BytesIO(b"#!AMR\n" + data), decoder())
    assert sound is None or sound.startswith(b"RIFF")


@given(st.binary(max_size=300))
def test_any_recording_has_a_length_or_none(data: bytes) -> None:
    for body in (data, b"#!AMR\n" + data):
        found = seconds_of(io.BytesIO(body))
        assert found is None or 1 <= found <= 120
