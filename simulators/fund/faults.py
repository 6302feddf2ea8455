"""Misbehaviour on demand: the next calls are slow, fail, answer nonsense, or are refused with a given code."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import Response
from pydantic import BaseModel, Field

from simulators.fund.errors import Refused

MAINTENANCE = "<!doctype html><html><body>系统维护中</body></html>"


class Fault(BaseModel):
    """For `times` calls whose address contains `path`.

    slow: answer after `seconds`. down: status 503. nonsense: status 200 with `body`. refuse: the error `code`,
    with `attempts_left` and `retry_after_seconds` where given.
    """

    kind: Literal["slow", "down", "nonsense", "refuse"]
    path: str = "/v1/"
    seconds: float = Field(0.0, ge=0, le=60)
    times: int = Field(1, ge=1, le=1_000_000)
    body: str = MAINTENANCE
    code: str = "invalid_input"
    attempts_left: int | None = None
    retry_after_seconds: int | None = None


class Faults:
    """`calls`: how often each address was asked, ordered faults included."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []
        self.calls: dict[str, int] = {}

    async def answer(self, path: str) -> Response | None:
        """What to answer instead; None: the call goes on as usual, perhaps later."""
        self.calls[path] = self.calls.get(path, 0) + 1
        fault = next((f for f in self.ordered if f.path in path), None)
        if fault is None:
            return None
        fault.times -= 1
        if not fault.times:
            self.ordered.remove(fault)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "down":
            return Response(MAINTENANCE, 503, media_type="text/html")
        if fault.kind == "nonsense":
            return Response(fault.body, 200, media_type="application/json")
        more = {
            "attempts_left": fault.attempts_left,
            "retry_after_seconds": fault.retry_after_seconds,
        }
        return Refused(fault.code, **{k: v for k, v in more.items() if v is not None}).response()
