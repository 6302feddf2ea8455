"""Signed addresses: short, for one thing, one page and a time; everything else is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.tencent.pages.links import PageExpired, PageLinks
from channels.tencent.pages.rating import Tap, tap_in
from core.clock import FixedClock
from core.errors import BangbanError, NotFound
from core.ids import new_id

START = datetime(2026, 11, 23, 1, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def links(secret: str = "secret") -> tuple[PageLinks, FixedClock]:
    clock = FixedClock(START)
    return PageLinks(secret, clock, "https://gjj.example/"), clock


def test_an_address_says_what_it_was_made_for() -> None:
    made, _ = links()
    thing = new_id()
    address = made.address("rate", thing, valid=DAY, detail=2)
    base, _, token = address.rpartition("/")
    assert base == "https://gjj.example/rate"
    assert len(address) < 75
    opened = made.open("rate", token)
    assert (opened.id, opened.detail) == (thing, 2)
    assert opened.until - START >= DAY


def test_the_same_within_the_hour_and_over_after_its_time() -> None:
    made, clock = links()
    thing = new_id()
    first = made.address("file", thing, valid=DAY)
    clock.advance(timedelta(minutes=30))
    assert made.address("file", thing, valid=DAY) == first
    clock.advance(DAY + timedelta(minutes=15))
    with pytest.raises(PageExpired):
        made.open("file", first.rpartition("/")[2])


def test_another_page_and_another_installation_do_not_take_it() -> None:
    made, _ = links()
    token = made.address("file", new_id(), valid=DAY).rpartition("/")[2]
    with pytest.raises(NotFound):
        made.open("answer", token)
    with pytest.raises(NotFound):
        links("other")[0].open("file", token)


@given(st.text(max_size=100), st.integers(0, 47))
def test_no_other_text_is_an_address(text: str, at: int) -> None:
    made, _ = links()
    token = made.address("file", "0" * 32, valid=DAY).rpartition("/")[2]
    changed = token[:at] + ("A" if token[at : at + 1] != "A" else "B") + token[at + 1 :]
    for wrong in (text, changed, token + "=", token + "A"):
        with pytest.raises(BangbanError):
            made.open("file", wrong)


def test_a_tap_names_its_service_and_level() -> None:
    service = new_id()
    assert tap_in(f"rate:{service}:4") == Tap(service, 4)


@given(st.text(max_size=60))
def test_other_items_are_no_taps(text: str) -> None:
    assert tap_in(text) is None
    assert tap_in(f"rate:{text}:3") is None
    if text not in "12345":
        assert tap_in(f"rate:{new_id()}:{text}") is None
