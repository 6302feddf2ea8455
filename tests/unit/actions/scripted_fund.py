"""A business system that answers from a script, for what the stand-in cannot do: broken connections, odd bodies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from actions.business.caller import Caller
from actions.business.http import HttpBusinessGateway

Answer = Callable[[httpx.Request], httpx.Response]


class Scripted:
    """Answers with what is scripted, one after the other; the last one again and again."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@asynccontextmanager
async def gateway_of(script: Answer, **more: Any) -> AsyncIterator[HttpBusinessGateway]:
    async def no_pause(_: float) -> None:
        return None

    async with httpx.AsyncClient(transport=httpx.MockTransport(script), trust_env=False) as client:
        yield HttpBusinessGateway(Caller("http://fund/api/", client, pause=no_pause, **more))
