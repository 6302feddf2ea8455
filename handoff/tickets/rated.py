"""What a citizen said of a ticket's result, as he and the desk read it."""

from __future__ import annotations

from core.conversation.opinions import CHANGEABLE
from core.conversation.rating import GivenRating
from handoff.tickets.models import TicketRating


def given(rating: TicketRating | None) -> GivenRating | None:
    if rating is None:
        return None
    return GivenRating(
        score=rating.score, label=rating.label, tags=rating.tags, comment=rating.comment,
        created_at=rating.created_at, changeable_until=rating.created_at + CHANGEABLE,
    )  # fmt: skip
