"""Builds the side of the server that Rasa calls: the actions, what they work with, and the pictures they offer."""

from __future__ import annotations

import httpx
from fastapi import APIRouter

from actions.business.caller import Caller
from actions.business.http import HttpBusinessGateway
from actions.executor import build_executor
from actions.identity.seal import Seal
from actions.needs import Needs
from actions.pictures.links import PictureLinks
from actions.region import RegionNumbers
from actions.router import build_router as build_actions_router
from actions.tasks.painters import PAINTERS
from app.knowledge import Knowledge
from app.own import OwnReader
from core.clock import LOCAL_ZONE, Clock, today
from core.conversation.ports import KnowledgeQuery, KnowledgeResult
from core.conversation.tickets import TicketLookup
from core.settings import Settings


def build_actions(
    settings: Settings,
    knowledge: Knowledge,
    http: httpx.AsyncClient,
    clock: Clock,
    own: OwnReader,
    pictures: PictureLinks,
    tickets: TicketLookup,
    *,
    token: str,
) -> APIRouter:
    """The route of the actions; `token` is what Rasa shows."""

    def answer(text: str, region: str, earlier: tuple[str, ...]) -> KnowledgeResult:
        query = KnowledgeQuery(text=text, region=region, on=today(clock), context=earlier)
        return knowledge.search.search(query)

    def read_region(code: str) -> RegionNumbers:
        found = knowledge.regions.get(code)
        return RegionNumbers(name=found.name, example=found.example, values=found.values)

    gateway = _business(settings, http)
    needs = Needs(
        answer=answer,
        read_region=read_region,
        gateway=gateway,
        now=lambda: clock.now().astimezone(LOCAL_ZONE),
        default_region=settings.region,
        own=own,
        seal=Seal(settings.load_secret_key()),
        pictures=pictures,
        tickets=tickets,
    )
    return build_actions_router(build_executor(needs), token)


def _business(settings: Settings, http: httpx.AsyncClient) -> HttpBusinessGateway | None:
    """The way to the business system; None: there is none."""
    if not settings.business_api_base:
        return None
    key = settings.business_api_key.get_secret_value()
    return HttpBusinessGateway(Caller(settings.business_api_base, http, api_key=key))


def build_pictures(settings: Settings, clock: Clock) -> PictureLinks:
    """The addresses of what the actions draw."""
    return PictureLinks(
        settings.load_secret_key(), PAINTERS, lambda: clock.now().astimezone(LOCAL_ZONE)
    )
