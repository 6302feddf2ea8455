"""Rasa's REST channel, honest about failures: used by bot/client.py, same address, same request.

Differences to the stock channel: a caller without the token is refused, an exception while the message is
handled gives status 500 instead of what had been collected so far, and the list of replies ends with what
the classifier understood and whether anything is open, so that not every reply needs an action call to report it.
A plain question is handed back to a caller that can look it up (questions.py), and turns that the caller answered
so are recorded before the next one (told.py).
"""

from __future__ import annotations

import hmac
import logging
import os
from typing import Any, Awaitable, Callable, Dict, Text

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.components import handover
from bot.components.turn import Turns

logger = logging.getLogger(__name__)


class TurnInput(RestInput):
    """POST /webhooks/rest/webhook, see bot/components/turn.py for what goes in and out."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = Turns()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        turns = Blueprint("bangban_turns", __name__)
        token = os.environ.get("BANGBAN_RASA_TOKEN", "")

        def is_allowed(request: Request) -> bool:
            given = request.args.get("token", "")
            return not token or hmac.compare_digest(given.encode(), token.encode())

        handover.add_routes(turns, is_allowed)

        @turns.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @turns.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not is_allowed(request):
                return response.json({"reason": "NotAuthenticated"}, status=401)
            body: Dict[Text, Any] = request.json or {}
            sender, text = body.get("sender"), body.get("message")
            if not isinstance(sender, str) or not isinstance(text, str) or not sender or not text:
                return response.json({"reason": "InvalidParameter"}, status=422)
            try:
                replies = await self._turns.take(request.app.ctx.agent, body, self.name())
            except Exception as error:
                # The text is personal data and stays out of the log; the type is enough to find the place.
                logger.error(
                    "A turn failed: %s",
                    type(error).__name__,
                    exc_info=logger.isEnabledFor(logging.DEBUG),
                )
                return response.json({"reason": "TurnFailed"}, status=500)
            return response.json(replies)

        return turns
