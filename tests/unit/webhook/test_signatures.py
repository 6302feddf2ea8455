"""Signatures of portals: the specification's own vector, those of our page, and whatever else may come."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import BangbanError
from core.settings import ROOT
from core.webhooks import signatures
from core.webhooks.errors import HeadersInvalid, SignatureInvalid, TimestampStale
from core.webhooks.signatures import Signed

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET, OTHER = signatures.new_secret(), signatures.new_secret()
PAGE = (ROOT / "docs" / "webhook.md").read_text("utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| `(\d+)` \| `([^`]+)`[^|]*\| `v1,([^`]+)` \|$", re.MULTILINE)
IDS = st.from_regex(r"[A-Za-z0-9_:-]{1,64}", fullmatch=True)
HEADERS = (signatures.ID, signatures.TIMESTAMP, signatures.SIGNATURE)


def sent(payload: bytes, *secrets: str, id: str = "a", at: datetime = AT) -> dict[str, list[str]]:
    made = signatures.headers(secrets or [SECRET], id=id, at=at, payload=payload)
    return {name: [value] for name, value in made.items()}


def test_the_vectors_of_the_page_hold() -> None:
    """The first one is that of the specification's own libraries."""
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{32}", PAGE)
    assert secret is not None
    rows = ROW.findall(PAGE)
    assert len(rows) == 4
    for id, timestamp, payload, expected in rows:
        made = signatures.signature(
            secret[0], id=id, timestamp=int(timestamp), payload=payload.encode()
        )
        assert made == expected, id


def test_a_new_secret_is_a_key_of_32_bytes_and_never_the_same() -> None:
    assert SECRET.startswith("whsec_")
    assert len(signatures.key_of(SECRET)) == 32
    assert SECRET != OTHER


@pytest.mark.parametrize(
    "wrong", ["", "whsec_", "whsec_!!!", "whsec_" + base64.b64encode(b"short").decode()]
)
def test_what_is_no_secret_is_not_used_as_one(wrong: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        signatures.key_of(wrong)


@given(payload=st.binary(max_size=400), id=IDS)
def test_what_one_side_signs_the_other_accepts(payload: bytes, id: str) -> None:
    signed = signatures.read_headers(sent(payload, id=id))
    signatures.check_age(signed, AT)
    signatures.check(signed, payload, [SECRET])


@given(payload=st.binary(max_size=200), place=st.integers(0, 199), flip=st.integers(1, 255))
def test_a_changed_byte_is_noticed(payload: bytes, place: int, flip: int) -> None:
    signed = signatures.read_headers(sent(payload))
    at = place % (len(payload) or 1)
    changed = payload[:at] + bytes([(payload[at : at + 1] or b"\0")[0] ^ flip]) + payload[at + 1 :]
    with pytest.raises(SignatureInvalid):
        signatures.check(signed, changed, [SECRET])


@given(id=IDS, seconds=st.integers(0, 10**10))
def test_id_and_time_are_signed_along(id: str, seconds: int) -> None:
    signed = signatures.read_headers(sent(b"{}"))
    moved = Signed(id, seconds, signed.signatures)
    if (moved.id, moved.timestamp) != (signed.id, signed.timestamp):
        with pytest.raises(SignatureInvalid):
            signatures.check(moved, b"{}", [SECRET])


@given(st.dictionaries(st.sampled_from(HEADERS), st.lists(st.text(max_size=80), max_size=3)))
@example({name: ["\udcff"] for name in HEADERS})
@example({signatures.ID: ["a"], signatures.TIMESTAMP: ["٣"], signatures.SIGNATURE: ["v1,a"]})
@example({signatures.ID: ["a"], signatures.TIMESTAMP: ["1"], signatures.SIGNATURE: ["v1,\udcff"]})
def test_headers_of_any_kind_are_refused_by_name(headers: dict[str, list[str]]) -> None:
    with pytest.raises(BangbanError) as caught:
        signatures.check(signatures.read_headers(headers), b"{}", [SECRET])
    assert caught.value.status in (400, 401)


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_missing_or_twice_there_is_named(name: str) -> None:
    headers = sent(b"{}")
    for wrong in ([], headers[name] * 2):
        with pytest.raises(HeadersInvalid) as caught:
            signatures.read_headers({**headers, name: wrong})
        assert caught.value.details == {"header": name}


@pytest.mark.parametrize("id", ["", "a.b", "a b", "ä", "x" * 65, "a\n"])
def test_an_id_is_plain_and_has_no_full_stop(id: str) -> None:
    """a.1 at 2 and a at 1.2 would be signed alike."""
    with pytest.raises(HeadersInvalid):
        signatures.read_headers({**sent(b""), signatures.ID: [id]})


@pytest.mark.parametrize("header", ["", "v1", "v1,", "v1a,abc", "v2,abc", " ".join(["v1,a"] * 9)])
def test_a_signature_header_needs_one_of_version_1_and_not_too_many(header: str) -> None:
    with pytest.raises(HeadersInvalid):
        signatures.read_headers({**sent(b""), signatures.SIGNATURE: [header]})


def test_one_right_signature_among_several_is_enough() -> None:
    signed = signatures.read_headers(sent(b"x", OTHER, SECRET))
    signatures.check(signed, b"x", [SECRET])
    signatures.check(signed, b"x", [OTHER, signatures.new_secret()])
    with pytest.raises(SignatureInvalid):
        signatures.check(signed, b"x", [signatures.new_secret()])
    with pytest.raises(SignatureInvalid):
        signatures.check(signed, b"x", [])


def test_every_secret_and_signature_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that ends at the first match would tell by its time which one it was."""
    compared: list[str] = []
    compare = signatures.hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append(one.decode())
        return compare(one, other)

    monkeypatch.setattr(signatures.hmac, "compare_digest", counting)
    signatures.check(signatures.read_headers(sent(b"x", SECRET, OTHER)), b"x", [SECRET, OTHER])
    assert len(compared) == 4


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_five_minutes_either_way_are_accepted(minutes: int) -> None:
    signed = signatures.read_headers(sent(b"", at=AT + timedelta(minutes=minutes)))
    signatures.check_age(signed, AT)


@pytest.mark.parametrize("seconds", [-301, 301, -(10**9)])
def test_what_is_older_or_from_the_future_is_refused_with_its_age(seconds: int) -> None:
    signed = signatures.read_headers(sent(b"", at=AT + timedelta(seconds=seconds)))
    with pytest.raises(TimestampStale) as caught:
        signatures.check_age(signed, AT)
    assert caught.value.details == {"age_seconds": -seconds}


def test_the_farthest_timestamp_is_stale_and_no_crash() -> None:
    headers = {**sent(b""), signatures.TIMESTAMP: ["9" * 11]}
    with pytest.raises(TimestampStale):
        signatures.check_age(signatures.read_headers(headers), AT)
