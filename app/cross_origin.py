"""Which routes pages of other sites may call: the widget's, which runs in them. CORS, for these alone."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware

from app.middleware import App, Receive, Scope, Send

# What the widget asks for over HTTP; all else it does over its socket.
OPEN = "/api/v1/visitor/"
# Browsers ask again after this; an origin taken off the list is out then.
ASK_AGAIN_SECONDS = 600


class CrossOrigin:
    """`origins`: the sites that may embed the widget; none: every site.

    Refusals get the headers as well, so that the widget can read why. No cookie is ever sent along: citizens have a
    token, which another page does not know.
    """

    def __init__(self, app: App, origins: Sequence[str]) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app, allow_origins=list(origins) or ["*"], allow_methods=["GET", "POST"],
            allow_headers=["authorization"], expose_headers=["retry-after"], max_age=ASK_AGAIN_SECONDS,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(OPEN):
            await self._open(scope, receive, send)
        else:
            await self._app(scope, receive, send)
