"""What the stand-in remembers: texts by phone, keys it has seen, faults that were ordered."""

from __future__ import annotations

import itertools
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

Now = Callable[[], float]
# So that a flood does not fill the memory.
MAX_PHONES, MAX_TEXTS, MAX_KEYS = 200, 50, 5000
# A phone that is switched off: what is sent there is reported as not delivered.
OFF = "0000"


class Fault(BaseModel):
    """For the next `times` calls.

    down: 503 with an error page. slow: answered after `seconds`. page: 200 with an error page. refuse: the error
    `code`; refuse_200: the same with status 200. signature: refused as wrongly signed. lost: taken, but the answer
    gets lost. forged: taken, and the report is signed with another key. twice: taken, and reported twice.
    """

    kind: Literal[
        "down", "slow", "page", "refuse", "refuse_200", "signature", "lost", "forged", "twice"
    ]
    times: int = Field(1, ge=1, le=1_000_000)
    seconds: float = Field(0.0, ge=0, le=60)
    code: str = "busy"


@dataclass
class Text:
    """One text in a phone's inbox. `state`: accepted, delivered, undelivered; `mine`: the phone wrote it."""

    id: str
    at: float
    text: str
    template: str
    state: str = "accepted"
    mine: bool = False


@dataclass
class State:
    now: Now
    phones: OrderedDict[str, deque[Text]] = field(default_factory=OrderedDict)
    keys: OrderedDict[str, str] = field(default_factory=OrderedDict)
    faults: list[Fault] = field(default_factory=list)
    calls: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def number(self) -> str:
        return f"SIM{int(self.now())}{next(self._numbers):06d}"

    def show(self, phone: str, text: Text) -> None:
        inbox = self.phones.setdefault(phone, deque(maxlen=MAX_TEXTS))
        inbox.append(text)
        self.phones.move_to_end(phone)
        while len(self.phones) > MAX_PHONES:
            self.phones.popitem(last=False)

    def remember(self, key: str, number: str) -> None:
        self.keys[key] = number
        while len(self.keys) > MAX_KEYS:
            self.keys.popitem(last=False)

    def fault(self) -> Fault | None:
        """What is to go wrong with this call."""
        self.calls += 1
        if not self.faults:
            return None
        fault = self.faults[0]
        fault.times -= 1
        if not fault.times:
            self.faults.pop(0)
        return fault
