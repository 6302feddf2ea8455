"""The engine's way to Rasa: implements core's Bot port over Rasa's HTTP API. Built by `app`."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

import httpx

from bot.questions import Questions
from bot.replies import MalformedReply, TurnFailed, model_of, read_answer
from bot.switching import FixedLine, Line
from core.conversation.ports import BotReply, BotTurn, MissedTurn
from core.errors import Unavailable

log = logging.getLogger(__name__)


class RasaBot:
    """One Rasa server (or a load balancer before several) at `base`, or wherever the line leads at the moment.

    Turns of one conversation must come one after the other: the engine sees to it.
    """

    def __init__(
        self,
        base: str | Line,
        token: str,
        client: httpx.AsyncClient,
        *,
        timeout: float = 8.0,
        questions: Questions | None = None,
    ) -> None:
        """`questions`: answers what Rasa would only look up; None: Rasa has every question looked up itself."""
        self._line: Line = FixedLine(base) if isinstance(base, str) else base
        self._token = token
        self._client = client
        self._timeout = timeout
        self._questions = questions

    async def respond(self, turn: BotTurn) -> BotReply:
        """One turn. Raises Unavailable when Rasa is down or too slow, TurnFailed when only this message failed."""
        questions = self._questions if turn.settled else None
        body = {
            "sender": turn.conversation_id,
            "message": harmless(turn.text),
            "metadata": metadata_of(turn),
            "settled": questions is not None,
            "missed": [_told(missed) for missed in turn.missed],
        }
        response = await self._post("/webhooks/rest/webhook", body, turn.conversation_id)
        try:
            replies = response.json()
        except ValueError as error:
            raise TurnFailed(part="rasa", why="not JSON") from error
        if self._questions is not None:
            self._questions.heard(model_of(replies))
        answer = read_answer(replies)
        if isinstance(answer, BotReply):
            return answer
        if questions is None:
            raise MalformedReply(part="rasa", why="nobody asked for a question back")
        questions.learn(turn.text, answer.understanding)
        return await questions.look_up(turn, answer.understanding)

    async def healthy(self) -> bool:
        """Whether Rasa answers and has loaded its model."""
        try:
            async with self._line.open(None) as base:
                response = await self._client.get(
                    f"{base}/status", params={"token": self._token}, timeout=2.0
                )
        except (httpx.HTTPError, Unavailable):
            return False
        return response.status_code == httpx.codes.OK

    async def parse(self, text: str) -> dict[str, Any]:
        """What the model makes of a text, without a conversation. Raises Unavailable, TurnFailed."""
        response = await self._post("/model/parse", {"text": harmless(text)}, None)
        parsed: dict[str, Any] = response.json()
        return parsed

    async def _post(self, path: str, body: Any, conversation_id: str | None) -> httpx.Response:
        try:
            response = await self._send(path, body, conversation_id)
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            log.error("Rasa answered %s with %s", path.split("/")[1], status)
            # channel.py's answer to an exception; anything else concerns every turn.
            kind = TurnFailed if status == httpx.codes.INTERNAL_SERVER_ERROR else Unavailable
            raise kind(part="rasa", status=status) from error
        except httpx.HTTPError as error:
            log.error("Rasa did not answer %s: %s", path.split("/")[1], type(error).__name__)
            raise Unavailable(part="rasa") from error
        return response

    async def _send(self, path: str, body: Any, conversation_id: str | None) -> httpx.Response:
        """Post it; once more when it never arrived as the line has moved on. What arrived is never sent again."""
        for again in (True, False):
            async with self._line.open(conversation_id) as base:
                try:
                    return await self._client.post(
                        base + path, params={"token": self._token}, json=body, timeout=self._timeout
                    )
                except httpx.ConnectError:
                    if not again or not self._line.moved(base):
                        raise
        raise AssertionError


def metadata_of(turn: BotTurn) -> dict[str, Any]:
    """What actions/turn.py reads of where the citizen writes and who served before, and the message's number."""
    served = turn.after_people
    return {
        "region": turn.region, "inbox": turn.inbox_id, "channel": turn.channel, "inbox_name": turn.inbox_name,
        "after_people": {"name": served.name, "agent_id": served.agent_id, "said": list(served.said)}
        if served else None,
        "seq": turn.seq,
    }  # fmt: skip


def _told(missed: MissedTurn) -> dict[str, Any]:
    """As bot/components/told.py reads it."""
    return {**asdict(missed), "text": harmless(missed.text)}


def harmless(text: str) -> str:
    """The text, never taken as a command: to Rasa "/intent{...}" would set intent and entities directly."""
    stripped = text.lstrip()
    return "／" + stripped[1:] if stripped.startswith("/") else text
