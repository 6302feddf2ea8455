"""The channel of portals as the server runs it, wired. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter

from app.files import Files
from channels.web.commands import VisitorCommands
from channels.webhook.accounts import Portals
from channels.webhook.acting import Acting
from channels.webhook.admin import build_admin_router
from channels.webhook.deliveries import Deliveries
from channels.webhook.endpoint import build_router
from channels.webhook.fetching import Fetcher
from channels.webhook.inbound import WebhookInbound
from channels.webhook.outbound import Offers, WebhookChannel
from channels.webhook.queue_news import QueueNews
from channels.webhook.reading import Reading
from channels.webhook.showing import Showing
from core.conversation.engine import Engine
from core.conversation.outside import EVENT_TOPIC
from core.outbox.worker import Handler
from core.rate_limit import RateLimit
from core.secrets.store import SecretStore
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside
from core.webhooks.lanes import Lanes
from core.webhooks.posting import Poster
from core.webhooks.trial import Trial

# Of one citizen, as for a widget: a portal repeats what is refused with 429.
MOST_EVENTS, WITHIN = 60, timedelta(seconds=10)


@dataclass(frozen=True)
class Webhook:
    outside: Outside
    portals: Portals
    acting: Acting
    channel: WebhookChannel
    queue_news: QueueNews
    callback: APIRouter
    admin: APIRouter

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return {EVENT_TOPIC: self.channel.tell}


def build_webhook(
    settings: Settings,
    uows: UnitOfWorkFactory,
    *,
    engine: Engine,
    commands: VisitorCommands,
    files: Files,
    ratings: Offers,
    outside: Outside | None = None,
    fetcher: Fetcher | None = None,
) -> Webhook:
    """`commands`: the widget's; a portal's citizens do the same. `outside`, `fetcher`: other ones in tests."""
    outside = outside or Outside(proxy=settings.outbound_proxy)
    portals = Portals(store=SecretStore(settings.load_secret_key()))
    public_url = settings.resolved_public_url
    showing = Showing(uows=uows, links=files.links, public_url=public_url)
    acting = Acting(
        uows=uows, engine=engine, commands=commands, attachments=files.attachments,
        fetcher=fetcher or Fetcher(outside),
        limit=RateLimit(uows.clock, limit=MOST_EVENTS, window=WITHIN),
    )  # fmt: skip
    poster, deliveries = Poster(outside, uows.clock, whom="门户"), Deliveries(uows)
    channel = WebhookChannel(
        uows=uows, portals=portals, poster=poster, showing=showing, deliveries=deliveries,
        lanes=Lanes(uows.clock), offers=ratings,
    )  # fmt: skip
    return Webhook(
        outside=outside,
        portals=portals,
        acting=acting,
        channel=channel,
        queue_news=QueueNews(uows),
        callback=build_router(
            inbound=WebhookInbound(uows=uows, portals=portals, acting=acting, showing=showing),
            acting=acting,
            reading=Reading(uows=uows, acting=acting, showing=showing),
            showing=showing,
        ),
        admin=build_admin_router(
            uows=uows, portals=portals, deliveries=deliveries,
            trial=Trial(poster), public_url=public_url,
        ),
    )  # fmt: skip
