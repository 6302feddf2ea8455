"""Draws tickets as their citizens see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.configs import get_config
from core.conversation.attachments.links import FileLinks
from core.conversation.opinions import CHANGEABLE, MOST_CHANGES
from handoff.tickets import files, repository
from handoff.tickets.citizens import repository as own
from handoff.tickets.citizens.schemas import (
    OwnAction,
    OwnTicket,
    OwnTicketDetail,
    OwnTicketStep,
    OwnTicketValue,
)
from handoff.tickets.life.effects import URGE_EVERY, last_urged
from handoff.tickets.models import Ticket, TicketHistory, TicketRating
from handoff.tickets.progress import BY_CITIZEN, milestone
from handoff.tickets.rated import given
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings
from handoff.tickets.status import UNDER_WAY, TicketStatus
from handoff.tickets.types import reading as types
from handoff.tickets.types.values import ShownValue, shown_values

URGEABLE = (TicketStatus.NEW, TicketStatus.OPEN)
DONE = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
# Whose words a ticket's description holds: an agent's are for the office.
_SAID_BY_CITIZEN = ("citizen", "bot", "left_message")
# Steps of the office whose words are the citizen's to read.
_TELLING = ("asked", "replied", "answered", "added", "withdrawn")


class OwnTicketReader:
    def __init__(self, *, clock: Clock, links: FileLinks) -> None:
        self._clock = clock
        self._links = links

    async def rows(self, session: AsyncSession, tickets: Sequence[Ticket]) -> list[OwnTicket]:
        ids = [ticket.id for ticket in tickets]
        loaded = await types.of_tickets(session, tickets)
        names = {key: each.definition.name for key, each in loaded.items()}
        told, promised = await own.told(session, ids), await own.promised(session, ids)
        return [
            _row(ticket, names.get((ticket.type, ticket.type_version), ""), promised, told)
            for ticket in tickets
        ]

    async def detail(
        self, session: AsyncSession, ticket: Ticket, *, key: str = ""
    ) -> OwnTicketDetail:
        """`key`: what opens it from this window, where it is not one of its own."""
        now = self._clock.now()
        settings = await get_config(session, CONFIG_NAME, CitizenTicketSettings)
        definition = (await types.of_ticket(session, ticket)).definition
        steps = await repository.history(session, ticket.id)
        rating = await session.get(TicketRating, ticket.id)
        [row] = await self.rows(session, [ticket])
        course = _course(ticket, steps, names=settings.names)
        asked = next((each.text for each in reversed(course) if each.kind == "asked"), "")
        under_way = ticket.status in UNDER_WAY
        urged_at = last_urged(steps)
        return OwnTicketDetail(
            **row.model_dump(),
            key=key,
            text=ticket.description if ticket.source in _SAID_BY_CITIZEN else "",
            values=_values(shown_values(definition, ticket.fields or {}, to="citizen")),
            files=await files.of_citizen(session, self._links, ticket.id),
            asked=asked if ticket.status == TicketStatus.PENDING else "",
            answer=ticket.resolution if ticket.status in DONE else "",
            late=under_way and row.due_at is not None and row.due_at < now,
            urged_at=urged_at,
            merged_into=await _number_of(session, ticket.merged_into_id),
            steps=course,
            may=_may(ticket, rating, settings, urged_at, now),
            rating=given(rating),
        )


def may_be_rated(
    ticket: Ticket, rating: TicketRating | None, settings: CitizenTicketSettings, now: datetime
) -> bool:
    """After the answer; what was said already, for a day."""
    if ticket.status not in DONE or ticket.merged_into_id or ticket.forgotten_at is not None:
        return False
    if rating is not None:
        return now <= rating.created_at + CHANGEABLE and len(rating.earlier) < MOST_CHANGES
    answered = ticket.resolved_at
    return answered is not None and now <= answered + timedelta(days=settings.rate_days)


def _may(
    ticket: Ticket,
    rating: TicketRating | None,
    settings: CitizenTicketSettings,
    urged_at: datetime | None,
    now: datetime,
) -> list[OwnAction]:
    if ticket.forgotten_at is not None:
        return []
    found: list[OwnAction] = []
    if ticket.status in UNDER_WAY:
        found += ["remark", "withdraw"]
    if ticket.status in URGEABLE and (urged_at is None or urged_at <= now - URGE_EVERY):
        found.append("urge")
    if ticket.status == TicketStatus.RESOLVED:
        found += ["confirm", "dispute"]
    if may_be_rated(ticket, rating, settings, now):
        found.append("rate")
    return found


def _row(
    ticket: Ticket,
    type_name: str,
    promised: Mapping[str, datetime],
    told: Mapping[str, datetime],
) -> OwnTicket:
    status = TicketStatus(ticket.status)
    return OwnTicket(
        id=ticket.id, number=ticket.number, type=type_name, title=ticket.title, state=status.value,
        due_at=promised.get(ticket.id) if status in UNDER_WAY else None,
        created_at=ticket.created_at, told_at=told.get(ticket.id),
    )  # fmt: skip


def _course(ticket: Ticket, steps: Sequence[TicketHistory], *, names: bool) -> list[OwnTicketStep]:
    """The steps that concern the citizen, in their order."""
    course: list[OwnTicketStep] = []
    accepted = False
    for step in steps:
        kind = milestone(step.step, step.from_status, step.to_status)
        # That it went from hand to hand is the office's own affair: he reads once that somebody has begun.
        if kind is None or (kind == "accepted" and accepted):
            continue
        accepted = kind == "accepted" or (accepted and kind != "reopened")
        by = step.actor_name if names and kind in ("replied", "answered", "asked") else ""
        course.append(
            OwnTicketStep(
                kind=kind, at=step.at, text=step.reason if kind in _TELLING else "", by=by,
                disputes=kind in BY_CITIZEN and bool(step.data.get("disputes")),
            )
        )  # fmt: skip
    last = next((each for each in reversed(course) if each.kind == "answered"), None)
    if last is not None and ticket.status in DONE:
        # What a review passed says nothing itself; the answer stands with the ticket.
        last.text = ticket.resolution
    return course


def _values(shown: Sequence[ShownValue]) -> list[OwnTicketValue]:
    """Files have their own place."""
    return [
        OwnTicketValue(name=each.name, value=_text(each)) for each in shown if each.kind != "file"
    ]


def _text(shown: ShownValue) -> str:
    if isinstance(shown.value, dict):
        parts = ("region", "text") if shown.kind == "address" else ("name", "phone", "id_number")
        return " ".join(shown.value[part] for part in parts if shown.value.get(part))
    return shown.value if isinstance(shown.value, str) else ""


async def _number_of(session: AsyncSession, ticket_id: str | None) -> str:
    found = await session.get(Ticket, ticket_id) if ticket_id else None
    return found.number if found else ""
