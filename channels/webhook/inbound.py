"""Takes the events of portals: checks who sends them, acts on each once, and answers at once what became of it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from channels.webhook.accounts import Portal, Portals
from channels.webhook.acting import Acting, Done
from channels.webhook.errors import BodyMalformed, EventReused, RequestReplayed
from channels.webhook.models import WebhookReceived
from channels.webhook.payloads import EVENT, PingEvent
from channels.webhook.showing import Showing
from core.sockets import invalid_input
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks import signatures
from core.webhooks.signatures import Signed

# How long a repeat is known as one. Repeats of messages are known for ever, by the engine.
REMEMBERED = timedelta(days=7)
# Twice the tolerance: an id can come back only while its timestamp is accepted.
_READS_KEPT = 2 * signatures.TOLERANCE
_MOST_READS = 20_000


@dataclass(frozen=True)
class Request:
    """A request whose signature is still to be checked against its payload."""

    portal: Portal
    signed: Signed


class WebhookInbound:
    def __init__(
        self, *, uows: UnitOfWorkFactory, portals: Portals, acting: Acting, showing: Showing
    ) -> None:
        self._uows = uows
        self._portals = portals
        self._acting = acting
        self._showing = showing
        # Ids of signed reads and uploads, by inbox, and when they came.
        self._reads: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def begin(self, inbox_id: str, headers: Mapping[str, Sequence[str]]) -> Request:
        """What can be checked without the body, so that strangers cannot make us read theirs."""
        now = self._uows.clock.now()
        async with self._uows.read(brief=True) as session:
            portal = await self._portals.of_inbox_id(session, inbox_id, now)
        signed = signatures.read_headers(headers)
        signatures.check_age(signed, now)
        return Request(portal, signed)

    async def accept(self, request: Request, body: bytes) -> dict[str, Any]:
        """Check the signature, act once, and say what became of it."""
        portal, signed = request.portal, request.signed
        signatures.check(signed, body, portal.secrets)
        digest = hashlib.sha256(body).hexdigest()
        known = await self._known(portal.inbox_id, signed.id, digest)
        if known is not None:
            return await self._showing.answer(known, duplicate=True)
        event = _parse(body, signed.id)
        if isinstance(event, PingEvent):
            return await self._showing.answer(Done())
        done = await self._acting.act(portal.inbox_id, signed.id, event)
        await self._remember(portal.inbox_id, signed.id, digest, done)
        return await self._showing.answer(done)

    def admit(self, request: Request, target: str) -> Portal:
        """A request without an event of its own: signed is path and query, and the id serves once."""
        signatures.check(request.signed, target.encode(), request.portal.secrets)
        key = (request.portal.inbox_id, request.signed.id)
        now = self._uows.clock.now()
        while self._reads and next(iter(self._reads.values())) < now - _READS_KEPT:
            self._reads.popitem(last=False)
        if key in self._reads:
            raise RequestReplayed()
        self._reads[key] = now
        if len(self._reads) > _MOST_READS:
            self._reads.popitem(last=False)
        return request.portal

    async def _known(self, inbox_id: str, event_id: str, digest: str) -> Done | None:
        async with self._uows.read(brief=True) as session:
            row = await session.get(WebhookReceived, (inbox_id, event_id))
        if row is None:
            return None
        if row.body_sha256 != digest:
            raise EventReused()
        return Done(row.message_id, row.conversation_id)

    async def _remember(self, inbox_id: str, event_id: str, digest: str, done: Done) -> None:
        try:
            async with self._uows.write() as uow:
                now = uow.clock.now()
                row = WebhookReceived(
                    inbox_id=inbox_id, event_id=event_id, body_sha256=digest,
                    message_id=done.message_id, conversation_id=done.conversation_id, at=now,
                )  # fmt: skip
                uow.session.add(row)
                await uow.session.flush()
                old = delete(WebhookReceived).where(WebhookReceived.at < now - REMEMBERED)
                await uow.session.execute(old)
        except IntegrityError:
            # The same event came twice at once. Whoever was quicker has noted it.
            await self._known(inbox_id, event_id, digest)


def _parse(body: bytes, event_id: str) -> Any:
    """The event. Raises BodyMalformed, InvalidInput."""
    try:
        # Strict about text: half characters and deep nesting are refused, where json would break or recurse.
        raw = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise BodyMalformed() from None
    if not isinstance(raw, dict):
        raise BodyMalformed()
    try:
        event = EVENT.validate_python(raw)
    except ValidationError as error:
        raise invalid_input(error) from None
    if event.id is not None and event.id != event_id:
        raise EventReused("事件里的 id 与请求头 webhook-id 不一致。", field="id")
    return event
