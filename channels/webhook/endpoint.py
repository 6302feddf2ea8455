"""The address of a portal: `/channels/webhook/{inbox}`. Thin; inbound.py and acting.py do the work."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from channels.webhook.acting import Acting
from channels.webhook.errors import BodyTooLarge, DigestMismatch
from channels.webhook.inbound import WebhookInbound
from channels.webhook.payloads import ContactPart, Page, UploadQuery
from channels.webhook.reading import Reading
from channels.webhook.showing import Showing
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.attachments.service import FORM, MAX_BYTES
from core.errors import BangbanError
from core.sockets import invalid_input
from core.storage import PIECE
from core.uploads import stream_upload, takes_file

# The longest text takes 16 KB; the rest is room for whatever a portal's encoder writes.
MAX_BODY_BYTES = 256 * 1024

# A portal has no login with us: the signature of each request is what lets it in.
PUBLIC = [Depends(require(Permission.PUBLIC))]


def build_router(
    *, inbound: WebhookInbound, acting: Acting, reading: Reading, showing: Showing
) -> APIRouter:
    """Routes to be mounted at the root, not under /api: integrators enter the address."""
    router = APIRouter(prefix="/channels/webhook", tags=["webhook"])

    @router.post("/{inbox_id}", dependencies=PUBLIC)
    async def take_event(inbox_id: str, request: Request) -> JSONResponse:
        """An event of a citizen, signed. Acted on when the answer says ok; a repeat changes nothing."""

        async def take() -> dict[str, Any]:
            begun = await inbound.begin(inbox_id, _headers(request))
            return await inbound.accept(begun, await _body(request))

        return await _answer(take)

    @router.get("/{inbox_id}/messages", dependencies=PUBLIC)
    async def list_messages(inbox_id: str, request: Request) -> JSONResponse:
        """The messages of a citizen's latest conversation, for portals that cannot be called back."""

        async def read() -> dict[str, Any]:
            begun = await inbound.begin(inbox_id, _headers(request))
            inbound.admit(begun, _target(request))
            wanted = Page.model_validate(dict(request.query_params))
            return {"ok": True, **await reading.messages(inbox_id, wanted)}

        return await _answer(read)

    @router.post("/{inbox_id}/files", dependencies=PUBLIC, openapi_extra=FORM)
    @takes_file(MAX_BYTES)
    async def upload(inbox_id: str, request: Request) -> JSONResponse:
        """A file for a message to come. Signed is the query, with the file's SHA-256 in it."""

        async def keep() -> dict[str, Any]:
            begun = await inbound.begin(inbox_id, _headers(request))
            inbound.admit(begun, _target(request))
            wanted = UploadQuery.model_validate(dict(request.query_params))
            acting.count(inbox_id, wanted.contact)
            async with stream_upload(request, max_bytes=MAX_BYTES) as sent:
                who = ContactPart(id=wanted.contact, name=wanted.name)
                if await asyncio.to_thread(_digest, sent.file) != wanted.sha256:
                    raise DigestMismatch()
                file = await acting.keep(inbox_id, who, sent)
            shown = showing.content(file.model_dump(mode="json"))
            # Nobody sees it before a message shows it.
            shown.pop("url")
            shown.pop("thumbnail_url", None)
            return {"ok": True, "file": shown}

        return await _answer(keep, status=201)

    return router


async def _answer(work: Callable[[], Awaitable[dict[str, Any]]], status: int = 200) -> JSONResponse:
    """`ok` in every answer, whatever its status says."""
    try:
        return JSONResponse(await work(), status_code=status)
    except ValidationError as error:
        failed: BangbanError = invalid_input(error)
    except BangbanError as error:
        failed = error
    except ClientDisconnect:
        # The portal gave up; nobody hears this answer.
        return JSONResponse({"ok": False}, status_code=400)
    wait = failed.details.get("retry_after")
    return JSONResponse(
        {"ok": False, "error": failed.as_dict()},
        status_code=failed.status,
        headers={"retry-after": str(wait)} if wait is not None else None,
    )


def _headers(request: Request) -> dict[str, list[str]]:
    return {name: request.headers.getlist(name) for name in request.headers}


def _target(request: Request) -> str:
    """Path and query as the portal wrote them: what it has signed."""
    path = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


async def _body(request: Request) -> bytes:
    """The body; raises BodyTooLarge before more than the limit is held."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(limit=MAX_BODY_BYTES)
    return bytes(body)
