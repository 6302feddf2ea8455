"""Counts how often tickets are tried to be opened. Numbers are counted up and phones can be guessed, so tries are few:
per citizen, per network address, per number and per phone. The bot and the windows count together."""

from __future__ import annotations

from datetime import timedelta

from core.clock import Clock
from core.errors import TooManyRequests
from core.rate_limit import RateLimit

TRIES, WINDOW = 6, timedelta(minutes=15)
# A hall's visitors share one address.
TRIES_OF_ADDRESS = 60


class Tries:
    def __init__(self, clock: Clock) -> None:
        self._each = RateLimit(clock, limit=TRIES, window=WINDOW)
        self._addresses = RateLimit(clock, limit=TRIES_OF_ADDRESS, window=WINDOW)

    def count(self, contact_id: str, number: str, phone: str, address: str = "") -> None:
        """Before anything is looked up, and for numbers of nothing as well: the two must not be told apart.

        Raises TooManyRequests.
        """
        try:
            if address:
                self._addresses.check(address)
            for key in (f"contact/{contact_id}", f"number/{number}", f"phone/{phone}"):
                self._each.check(key)
        except TooManyRequests as error:
            raise TooManyRequests(
                "核对的次数太多了，为了保护工单信息，请过一会儿再查，或者转人工。", **error.details
            ) from None
