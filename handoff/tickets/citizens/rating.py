"""A citizen rates the result of a ticket, and may think again about it for a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.configs import get_config
from core.conversation.opinions import (
    Opinion,
    RatingClosed,
    RatingRules,
    check_changeable,
    checked,
    said,
)
from core.conversation.own_tickets import TicketKey, TicketWindow
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.citizens.opening import TicketOpener
from handoff.tickets.citizens.reading import may_be_rated
from handoff.tickets.citizens.schemas import OwnTicketDetail
from handoff.tickets.life.stepping import step
from handoff.tickets.life.who import Citizen
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket, TicketRating
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings
from handoff.tickets.status import TicketStep


class TicketRatings:
    """`rules`: levels and tags are those by which services are rated in the window's inbox (handoff/ratings)."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        opener: TicketOpener,
        rules: RatingRules,
        words: SensitiveWords,
    ) -> None:
        self._uows = uows
        self._opener = opener
        self._rules = rules
        self._words = words

    async def rate(
        self, window: TicketWindow, which: TicketKey, score: int, tags: Sequence[str], comment: str
    ) -> OwnTicketDetail:
        """Saying the same again changes nothing.

        Raises RatingClosed too early, too late, or a day after the rating; RatingOutdated, RatingNeedsReason,
        InvalidInput, and WordsRefused as for a message.
        """
        comment = said(self._words, comment)
        async with self._uows.write() as uow:
            # The lock: two taps at once are one rating and perhaps a change of it.
            ticket = await self._opener.lock(uow, window, which)
            offer = await self._rules.offer(uow.session, contact_id=None, inbox_id=window.inbox_id)
            opinion = checked(offer, score, tags, comment)
            rating = await uow.session.get(TicketRating, ticket.id)
            if rating is None or not _says(rating, opinion):
                await self._write(uow, ticket, rating, opinion, window)
            return await self._opener.shown(uow.session, window, which, ticket)

    async def _write(
        self,
        uow: UnitOfWork,
        ticket: Ticket,
        rating: TicketRating | None,
        opinion: Opinion,
        window: TicketWindow,
    ) -> None:
        now = uow.clock.now()
        if rating is not None:
            check_changeable(rating.created_at, len(rating.earlier), now)
        settings = await get_config(uow.session, CONFIG_NAME, CitizenTicketSettings)
        if not may_be_rated(ticket, rating, settings, now):
            raise RatingClosed("现在不能评价这张工单。")
        if rating is None:
            uow.session.add(
                TicketRating(
                    ticket_id=ticket.id, handler_id=ticket.handler_id,
                    department_id=ticket.department_id, score=opinion.score, label=opinion.label,
                    tags=opinion.tags, comment=opinion.comment, earlier=[], created_at=now,
                )
            )  # fmt: skip
        else:
            before: dict[str, Any] = {
                "score": rating.score, "label": rating.label, "tags": rating.tags,
                "comment": rating.comment,
            }  # fmt: skip
            rating.earlier = [*rating.earlier, before | {"until": now.isoformat()}]
            rating.score, rating.label = opinion.score, opinion.label
            rating.tags, rating.comment = opinion.tags, opinion.comment
            rating.changed_at = now
        await uow.session.flush()
        data: dict[str, Any] = {"label": opinion.label, "tags": opinion.tags}
        if rating is not None:
            data["again"] = True
        # The words beside it stay with the rating, where the desk reads them.
        write = StepWrite(score=opinion.score, data=data)
        await step(uow, ticket, TicketStep.RATE, write, Citizen(window.contact_id))


def _says(rating: TicketRating, opinion: Opinion) -> bool:
    return (rating.score, rating.tags, rating.comment) == (
        opinion.score, opinion.tags, opinion.comment,
    )  # fmt: skip
