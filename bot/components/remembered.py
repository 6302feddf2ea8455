"""Remembers what the model made of texts, for turn.py: a hot question is asked every few seconds, and told again."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.components.values import today_in_china

MOST_PARSES = 2000
LONGEST_REMEMBERED = 100
# A long number is somebody's own; nobody else asks the same.
_NUMBER = re.compile(r"\d{6}")


class Parses:
    """Parse data by text, of one model and one day: 明天 is another date tomorrow."""

    def __init__(self, today: Callable[[], date] = today_in_china, most: int = MOST_PARSES) -> None:
        self._today = today
        self._most = most
        self._day = today()
        self._parses: OrderedDict[str, str] = OrderedDict()

    def clear(self) -> None:
        """Another model answers."""
        self._parses.clear()

    def find(self, text: str) -> dict[str, Any] | None:
        """A copy, which the caller may change."""
        today = self._today()
        if today != self._day:
            self._day = today
            self._parses.clear()
        known = self._parses.get(text)
        if known is None:
            return None
        self._parses.move_to_end(text)
        parsed: dict[str, Any] = json.loads(known)
        return parsed

    def keep(self, text: str, parsed: dict[str, Any]) -> None:
        """Call `find` before: it looks at the day."""
        if len(text) > LONGEST_REMEMBERED or _NUMBER.search(text):
            return
        self._parses[text] = json.dumps(parsed)
        if len(self._parses) > self._most:
            self._parses.popitem(last=False)
