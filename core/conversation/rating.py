"""What a citizen is told about rating: the levels of the inbox, and the services that may be rated. For channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

# In the data of an activity line that asks for a rating: {service, title, levels: [{score, label}]}.
ASKED = "rating"


class RatingLevelRead(BaseModel):
    """`score` 1 (worst) to 5; `tags` are those that may be chosen with it."""

    score: int
    label: str
    tags: list[str]


class GivenRating(BaseModel):
    """The citizen's own words, as they stand now. `changeable_until`: afterwards it stays as it is."""

    score: int
    label: str
    tags: list[str]
    comment: str
    created_at: datetime
    changeable_until: datetime


class RatedService(BaseModel):
    """One service by a person (an assignment) and what the citizen thought of it; `ended_at` null: still going on."""

    id: str
    conversation_id: str
    agent_name: str
    started_at: datetime
    ended_at: datetime | None
    rating: GivenRating | None


class RatingOffer(BaseModel):
    """`levels`: best first. `reason_up_to`: from this score down a tag or some words are asked for; 0: never.

    `services`: those that can be rated or were rated lately, latest first.
    """

    title: str
    comment_hint: str
    thanks: str
    levels: list[RatingLevelRead]
    most_tags: int
    reason_up_to: int
    services: list[RatedService] = []


@dataclass(frozen=True)
class ServiceFound:
    """A service, whose it is, and where it was given."""

    service: RatedService
    contact_id: str
    inbox_id: str
