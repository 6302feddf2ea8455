"""Reading a portal's events: every type of the page, and nothing else, whatever comes."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.webhook import payloads
from channels.webhook.errors import BodyMalformed, EventReused
from channels.webhook.inbound import _parse
from core.errors import BangbanError, InvalidInput
from core.settings import ROOT

WHO = {"contact": {"id": "u-1"}}
GOOD: list[dict[str, Any]] = [
    {"type": "message", "content": {"type": "text", "text": "你好"}, "sub_channel": "专区"},
    {"type": "message", "content": {"type": "location", "latitude": 30.2, "longitude": 120.1}},
    {
        "type": "message",
        "content": {"type": "image", "attachment_id": "01a2053f-8c49-717e-8f63-401bfc7711e5"},
    },
    {
        "type": "message",
        "content": {"type": "file", "url": "https://x.example/a.pdf", "name": "a.pdf"},
    },
    {"type": "handoff", "category": "提取"},
    {"type": "cancel_handoff"},
    {"type": "close", "at": "2026-11-23T10:00:00+08:00"},
    {"type": "rate", "score": 5, "tags": ["态度热情"], "comment": "好"},
    {"type": "feedback", "message_id": "01a2053f-8c49-717e-8f63-401bfc7711e5", "helpful": None},
    {"type": "read", "seq": 3},
    {"type": "typing", "on": True},
]
BAD: list[dict[str, Any]] = [
    {},
    {"type": "message"},
    {"type": "unknown"},
    {"type": ["message"]},
    {"type": "close", "contact": {}},
    {"type": "close", "contact": {"id": ""}},
    {"type": "close", "contact": {"id": "a b"}},
    {"type": "close", "contact": {"id": "x" * 129}},
    {"type": "close", "contact": {"id": "u", "role": "agent"}},
    {"type": "close", "surprise": 1},
    {"type": "close", "at": "yesterday"},
    {"type": "message", "content": {"type": "text", "text": "   "}},
    {"type": "message", "content": {"type": "text", "text": "x" * 4001}},
    {"type": "message", "content": {"type": "text"}},
    {"type": "message", "content": {"type": "activity", "kind": "x", "text": "y"}},
    {"type": "message", "content": {"type": "answer", "text_md": "x"}},
    {"type": "message", "content": {"type": "location", "latitude": 91, "longitude": 0}},
    {"type": "message", "content": {"type": "image", "attachment_id": "1"}},
    {
        "type": "message",
        "content": {
            "type": "image",
            "attachment_id": "01a2053f-8c49-717e-8f63-401bfc7711e5",
            "url": "https://x",
        },
    },
    {"type": "message", "content": {"type": "image"}},
    {"type": "message", "content": "你好"},
    {"type": "message", "content": [{"type": "text", "text": "x"}]},
    {"type": "rate", "score": 0},
    {"type": "rate", "score": 5, "tags": ["x"] * 13},
    {"type": "read", "seq": -1},
    {"type": "read", "seq": 2**31},
    {"type": "typing", "on": "perhaps"},
    {"type": "ping", **WHO},
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def read(event: object, id: str = "evt") -> Any:
    return _parse(json.dumps(event).encode(), id)


def outcome(body: bytes) -> tuple[Any, int | None]:
    """The event, or the status of the refusal; anything else is a fault of ours."""
    try:
        return _parse(body, "evt"), None
    except BangbanError as refused:
        return None, refused.status


@pytest.mark.parametrize("event", GOOD, ids=lambda e: e["type"])
def test_every_event_of_the_page_is_read(event: dict[str, Any]) -> None:
    assert read({**WHO, **event}).type == event["type"]


def test_the_page_names_every_type_and_every_field() -> None:
    page = (ROOT / "docs" / "webhook.md").read_text("utf-8")
    for model in (*get_args(payloads.ContactEvent), payloads.PingEvent):
        (name,) = get_args(model.model_fields["type"].annotation)
        (row,) = re.findall(rf"^\| `{name}` \| .*$", page, re.MULTILINE)[:1]
        for field in set(model.model_fields) - {"type", "contact", "id", "at"}:
            assert f"`{field}`" in row, (name, field)


@pytest.mark.parametrize("event", BAD, ids=repr)
def test_what_does_not_fit_is_refused_without_quoting_it(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read({**WHO, **event})
    assert caught.value.status in (400, 413, 422)
    assert "xxxx" not in json.dumps(caught.value.as_dict())


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"type": NaN}', b'{"a": "\\ud800"}',
        b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "你好".encode("gbk"),
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BodyMalformed):
        _parse(body, "evt")


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b'{"type":"message","contact":{"id":"u"},"content":{"type":{}}}')
@example(b'{"type":"message","contact":{"id":"u"},"content":{"type":"text","text":1e400}}')
def test_any_bytes_are_read_or_refused_by_name(body: bytes) -> None:
    event, status = outcome(body)
    assert event is None or event.type
    assert status is None or 400 <= status < 500


@given(st.sampled_from(GOOD), st.text(max_size=10), JSON)
def test_an_event_with_anything_in_a_field_is_read_or_refused_by_name(
    event: dict[str, Any], field: str, value: Any
) -> None:
    changed = {**WHO, **event}
    for name in (field, *changed):
        _, status = outcome(json.dumps({**changed, name: value}).encode())
        assert status is None or 400 <= status < 500


def test_an_id_in_the_event_is_that_of_the_header() -> None:
    assert read({**WHO, "type": "close", "id": "evt"}).id == "evt"
    with pytest.raises(EventReused):
        read({**WHO, "type": "close", "id": "another"})


def test_names_and_places_are_made_fit_to_be_read_at_the_desk() -> None:
    event = read(
        {"type": "message", "content": {"type": "text", "text": "a"}, "sub_channel": "专区 13812345678",
         "contact": {"id": "u", "name": " 张\u202e三\n "}}
    )  # fmt: skip
    assert event.contact.name == "张三"
    assert "12345678" not in event.source()
