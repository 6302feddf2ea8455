"""Brings messages and events to portals. Called by the outbox, which retries and keeps the order of a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from channels.webhook.accounts import CHANNEL, Portal, Portals
from channels.webhook.deliveries import Attempt, Deliveries
from channels.webhook.showing import Showing
from core.conversation import repository
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.ports import DeliveryRefused
from core.conversation.rating import RatingOffer
from core.outbox.worker import Refused
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.lanes import Lanes
from core.webhooks.posting import Answer, Poster


class Offers(Protocol):
    async def offer(
        self, session: AsyncSession, *, contact_id: str | None, inbox_id: str
    ) -> RatingOffer: ...


class PortalUnreachable(Exception):
    """The portal did not take it; the outbox tries again."""


class WebhookChannel:
    """Implements `core.conversation.ports.OutboundChannel`.

    At least once: when an answer is lost, the event comes again under the same webhook-id. A portal without a callback
    address fetches messages; for it everything is delivered as soon as it is stored.
    """

    channel = CHANNEL

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        portals: Portals,
        poster: Poster,
        showing: Showing,
        deliveries: Deliveries,
        lanes: Lanes,
        offers: Offers,
    ) -> None:
        self._uows = uows
        self._portals = portals
        self._poster = poster
        self._showing = showing
        self._deliveries = deliveries
        self._lanes = lanes
        self._offers = offers

    async def deliver(self, inbox: Inbox, external_id: str, message: Message) -> None:
        """Send message.created. Raises DeliveryRefused; anything else: try again."""
        if message.author_kind == "visitor" or message.private:
            return
        portal = await self._portal(inbox)
        if portal is None:
            return
        event = envelope(
            message.id, "message.created", utc(message.created_at), inbox.id, external_id,
            {"message": self._showing.message(message, self._uows.clock.now())},
        )  # fmt: skip
        answer = await self._send(portal, message.conversation_id, event)
        if not answer.ok:
            raise DeliveryRefused(f"portal_{answer.status}", answer.error)

    async def tell(self, payload: dict[str, Any]) -> None:
        """Handler of the outbox topic `channel.event` (core/conversation/outside.py)."""
        async with self._uows.read() as session:
            conversation = await session.get(Conversation, payload["conversation_id"])
            if conversation is None:
                raise Refused("the conversation is gone")
            inbox = await session.get_one(Inbox, conversation.inbox_id)
            citizen = await repository.external_id_of(
                session, conversation.contact_id, conversation.inbox_id
            )
            data = await self._data(session, conversation, payload["type"], payload["data"])
        try:
            portal = await self._portal(inbox)
        except DeliveryRefused as refused:
            raise Refused(str(refused)) from None
        if portal is None or citizen is None:
            return
        event = envelope(
            payload["event_id"],
            payload["type"],
            utc(datetime.fromisoformat(payload["at"])),
            inbox.id,
            citizen,
            data,
        )
        answer = await self._send(portal, conversation.id, event)
        if not answer.ok:
            raise Refused(f"portal_{answer.status}: {answer.error}")

    async def _data(
        self, session: AsyncSession, conversation: Conversation, name: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        """What the portal is told: states as they were, contents as they are now. Raises Refused."""
        if name == "message.updated":
            row = await session.get(Message, data["message_id"])
            if row is None:
                raise Refused("the message is gone")
            return {"message": self._showing.message(row, self._uows.clock.now())}
        if name == "conversation.updated":
            return {"conversation": self._showing.conversation(data)}
        if name == "rating.requested":
            offer = await self._offers.offer(
                session, contact_id=None, inbox_id=conversation.inbox_id
            )
            asked = {"conversation_id": conversation.id, "service": data.get("service")}
            return {**asked, "offer": offer.model_dump(mode="json", exclude={"services"})}
        return data

    async def _portal(self, inbox: Inbox) -> Portal | None:
        """None for one that is not called. Raises DeliveryRefused while the inbox is switched off."""
        if not inbox.enabled:
            raise DeliveryRefused("inbox_disabled", "接入点已停用")
        async with self._uows.read() as session:
            portal = await self._portals.of_inbox(session, inbox, self._uows.clock.now())
        return portal if portal.callback_url else None

    async def _send(self, portal: Portal, conversation_id: str, event: dict[str, Any]) -> Answer:
        """One attempt, noted. Not taken, but may be later: raises PortalUnreachable or Postponed."""
        with self._lanes.enter(portal.inbox_id):
            answer = await self._poster.post(
                portal.callback_url, event["id"], event, secrets=portal.secrets
            )
        final = answer.ok or answer.for_good
        await self._deliveries.note(
            Attempt(
                id=event["id"], type=event["type"], inbox_id=portal.inbox_id,
                conversation_id=conversation_id,
                state="delivered" if answer.ok else "failed" if final else "retrying",
                status=answer.status, error=answer.error, seconds=answer.seconds,
            )
        )  # fmt: skip
        if not final:
            self._lanes.failed(portal.inbox_id)
            raise PortalUnreachable(answer.error)
        if self._lanes.answered(portal.inbox_id):
            await self._deliveries.hurry(portal.inbox_id)
        return answer


def utc(at: datetime) -> str:
    """As the times in messages are written: 2026-11-23T02:00:00Z."""
    return at.isoformat().replace("+00:00", "Z")


def envelope(
    id: str, type: str, at: str, inbox_id: str, citizen: str | None, data: dict[str, Any]
) -> dict[str, Any]:
    """`citizen` None: it concerns nobody."""
    return {
        "id": id, "type": type, "timestamp": at, "inbox": inbox_id,
        "contact": {"id": citizen} if citizen is not None else None, "data": data,
    }  # fmt: skip
