"""A file that WeChat keeps for us, read piece by piece. The API client opens it.

media/get answers with the file, named in Content-Disposition; with an object that says why not; or, for videos
of official accounts, with an object that says where it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message

import httpx

from channels.tencent.api.exchange import (
    NOT_SENT,
    Request,
    keep_queries_out_of_logs,
    read_some,
    understood,
)
from channels.tencent.errors import ApiFailed

DOWNLOAD_TIMEOUT = httpx.Timeout(15.0, connect=4.0, pool=4.0)
# An object, not a file, when it is no longer than this.
MAX_OBJECT_BYTES = 64 * 1024
VIDEO = "video_url"


@dataclass(frozen=True)
class Download:
    """An open file. `media_type` and `name` are what WeChat says, to be checked by whoever keeps it."""

    media_type: str
    name: str
    _response: httpx.Response

    async def pieces(self, limit: int) -> AsyncIterator[bytes]:
        """Its bytes. Raises ApiFailed when there are more than `limit`, or they break off."""
        seen = 0
        failure = None
        try:
            async for piece in self._response.aiter_bytes():
                seen += len(piece)
                if seen > limit:
                    raise ApiFailed("the file is too large")
                yield piece
        except httpx.HTTPError as error:
            failure = ApiFailed(f"broke off: {type(error).__name__}")
        if failure is not None:
            raise failure


@asynccontextmanager
async def opened(
    http: httpx.AsyncClient, request: Request, *, follow: bool = True
) -> AsyncIterator[Download | int]:
    """The file, or the `errcode` that says why there is none. Raises ApiFailed.

    Asking again does no harm, so nothing here is ApiUnsure.
    """
    keep_queries_out_of_logs()
    failure = None
    try:
        async with http.stream(
            request.method, request.url, params=dict(request.query) or None, timeout=DOWNLOAD_TIMEOUT,
            follow_redirects=False,
        ) as response:  # fmt: skip
            if _is_file(response):
                yield Download(_media_type(response), _name(response), response)
                return
            body = await read_some(response, MAX_OBJECT_BYTES)
            answer = understood(response.status_code, body, VIDEO)
    except (*NOT_SENT, httpx.HTTPError) as error:
        failure = ApiFailed(f"no file: {type(error).__name__}")
    if failure is not None:
        raise failure
    address = answer.get(VIDEO)
    if answer["errcode"] or not isinstance(address, str):
        yield answer["errcode"]
    elif not follow or not address.startswith(("http://", "https://")):
        raise ApiFailed("a file that is nowhere")
    else:
        # Without the token: it is another host's address.
        async with opened(http, Request("GET", address, {}), follow=False) as file:
            yield file


def _is_file(response: httpx.Response) -> bool:
    if response.status_code != httpx.codes.OK:
        return False
    # An error is an object, as application/json or text/plain, and never has a name.
    kind = _media_type(response)
    named = "content-disposition" in response.headers
    return named or not (kind.endswith("json") or kind in {"", "text/plain", "text/html"})


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _name(response: httpx.Response) -> str:
    message = Message()
    message["content-disposition"] = str(response.headers.get("content-disposition", ""))
    return message.get_filename() or ""
