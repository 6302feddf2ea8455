"""What Rasa's side remembers of texts: for a day, within bounds, nothing that is somebody's own."""

from __future__ import annotations

from datetime import date

import pytest

from bot.components.remembered import LONGEST_REMEMBERED, Parses

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_a_parse_is_remembered_as_it_was() -> None:
    parses = Parses(lambda: MONDAY)
    parses.keep("怎么提取", {"intent": {"name": "ask_withdrawal"}})
    found = parses.find("怎么提取")
    assert found == {"intent": {"name": "ask_withdrawal"}}
    found["intent"] = {}
    assert parses.find("怎么提取") == {"intent": {"name": "ask_withdrawal"}}


def test_tomorrow_is_another_date_tomorrow() -> None:
    days = [MONDAY]
    parses = Parses(lambda: days[-1])
    parses.keep("明天上午", {"entities": [{"entity": "date", "value": "2026-11-24"}]})
    days.append(TUESDAY)
    assert parses.find("明天上午") is None


@pytest.mark.parametrize("text", ["我的号是11010519491231002X", "长" * (LONGEST_REMEMBERED + 1)])
def test_what_nobody_else_asks_is_not_remembered(text: str) -> None:
    parses = Parses(lambda: MONDAY)
    parses.keep(text, {})
    assert parses.find(text) is None


def test_the_text_asked_longest_ago_is_forgotten() -> None:
    parses = Parses(lambda: MONDAY, most=2)
    for text in ("一", "二"):
        parses.keep(text, {"text": text})
    parses.find("一")
    parses.keep("三", {"text": "三"})
    assert [parses.find(text) is not None for text in ("一", "二", "三")] == [True, False, True]
