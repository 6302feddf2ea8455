"""Rating a service, and thinking again about it for a day. Called by the citizens' channels; read by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.models import Account
from core.configs import get_config
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.opinions import (
    CHANGEABLE,
    Opinion,
    RatingClosed,
    check_changeable,
    checked,
    said,
)
from core.conversation.rating import GivenRating, RatedService, RatingOffer, ServiceFound
from core.errors import Conflict, NotFound
from core.events import Audience, Event, contact_room
from core.ids import new_id
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.queue import repository as queue
from handoff.queue.models import Assignment
from handoff.ratings import repository
from handoff.ratings.asking import asking, asks_in_thread
from handoff.ratings.models import Rating
from handoff.ratings.repository import Filter
from handoff.ratings.schemas import RatingPage, RatingRead
from handoff.ratings.settings import CONFIG_NAME, InboxRatings, RatingSettings

# A citizen who comes every day is not asked about a month of days.
MOST_SERVICES = 5


class NothingToRate(Conflict):
    code, default_message = "nothing_to_rate", "这个会话没有人工服务，不需要评价。"


class RatingService:
    def __init__(self, *, uows: UnitOfWorkFactory, words: SensitiveWords) -> None:
        self._uows = uows
        self._words = words

    async def rate(
        self,
        *,
        conversation_id: str,
        contact_id: str,
        score: int,
        tags: Sequence[str] = (),
        comment: str = "",
        service_id: str | None = None,
    ) -> RatedService:
        """The citizen rates a service of theirs, 1 to 5, or changes what they said; without `service_id` the last one.

        Saying the same again changes nothing. Raises NotFound for a stranger's conversation or service (as if it did
        not exist), NothingToRate when only the bot served, RatingClosed too long after the service or a day after
        the rating, RatingOutdated, RatingNeedsReason, InvalidInput, and WordsRefused as for a message.
        """
        comment = said(self._words, comment)
        async with self._uows.write() as uow:
            # The lock: two taps at once are one rating and perhaps a change of it.
            conversation = await thread.load_for_update(uow, conversation_id)
            if conversation.contact_id != contact_id:
                raise NotFound(what="conversation")
            service = await _service(uow.session, conversation_id, service_id)
            settings = await rating_settings(uow.session, conversation.inbox_id)
            opinion = checked(settings.offer([]), score, tags, comment)
            rating = await repository.of_service(uow.session, service.id)
            if rating is None:
                if service.ended_at is not None:
                    _check_open(uow, service.ended_at + timedelta(days=settings.open_days))
                rating = await _give(uow, conversation, service, opinion)
            elif not _says(rating, opinion):
                await _change(uow, conversation, rating, opinion)
            agent = await uow.session.get_one(Account, service.agent_id)
            read = _for_citizen(service, agent.name, rating)
            room = frozenset({contact_room(contact_id, conversation.inbox_id)})
            uow.publish(Event("rating.updated", read, Audience(visitor_rooms=room)))
            return read

    async def offer(
        self, session: AsyncSession, *, contact_id: str | None, inbox_id: str
    ) -> RatingOffer:
        """How to rate in the inbox, and which of the citizen's services; None: a stranger, who has none."""
        settings = await rating_settings(session, inbox_id)
        if contact_id is None:
            return settings.offer([])
        since = self._uows.clock.now() - timedelta(days=settings.open_days)
        rows = await repository.services_of(
            session, contact_id, inbox_id, since=since, limit=MOST_SERVICES
        )
        return settings.offer([_for_citizen(*row) for row in rows])

    async def page(self, wanted: Filter, *, after: str | None, limit: int) -> RatingPage:
        """Newest first; `next` is the `after` of the next page."""
        async with self._uows.read() as session:
            rows = await repository.page(session, wanted, after=after, limit=limit + 1)
        items = [_for_desk(rating, name) for rating, name in rows[:limit]]
        return RatingPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def is_rated(self, session: AsyncSession, conversation_id: str) -> bool:
        """Whether the last service of a conversation has been rated."""
        service = await queue.last_assignment(session, conversation_id)
        return service is not None and await repository.of_service(session, service.id) is not None

    async def asked(
        self, session: AsyncSession, conversation: Conversation, service_id: str
    ) -> dict[str, Any]:
        """The data of a line that asks for a rating of the service; empty where its channel asks in another way."""
        if not asks_in_thread(conversation):
            return {}
        return asking(await rating_settings(session, conversation.inbox_id), service_id)

    async def service(self, session: AsyncSession, service_id: str) -> ServiceFound | None:
        """The service and whose it is, for channels that are told only its id."""
        found = await repository.service(session, service_id)
        if found is None:
            return None
        assignment, name, rating, contact_id, inbox_id = found
        return ServiceFound(_for_citizen(assignment, name, rating), contact_id, inbox_id)

    async def average_since(
        self, session: AsyncSession, since: datetime, agents: Select[str] | None
    ) -> tuple[int, float | None]:
        """How many ratings the agents (None: everybody) were given, and their average; None without any."""
        return await repository.average_since(session, since, agents)

    async def of_conversation(
        self, session: AsyncSession, conversation_id: str
    ) -> list[RatingRead]:
        """The ratings of a conversation's services, oldest first."""
        rows = await repository.of_conversation(session, conversation_id)
        return [_for_desk(rating, name) for rating, name in rows]


async def rating_settings(session: AsyncSession, inbox_id: str) -> InboxRatings:
    return (await get_config(session, CONFIG_NAME, RatingSettings)).of(inbox_id)


async def _service(
    session: AsyncSession, conversation_id: str, service_id: str | None
) -> Assignment:
    if service_id is None:
        last = await queue.last_assignment(session, conversation_id)
        if last is None:
            raise NothingToRate()
        return last
    service = await session.get(Assignment, service_id)
    if service is None or service.conversation_id != conversation_id:
        raise NotFound("没有找到这次服务。", what="service")
    return service


def _check_open(uow: UnitOfWork, until: datetime) -> None:
    if uow.clock.now() > until:
        raise RatingClosed()


def _says(rating: Rating, opinion: Opinion) -> bool:
    return (rating.score, rating.tags, rating.comment) == (
        opinion.score, opinion.tags, opinion.comment,
    )  # fmt: skip


async def _give(
    uow: UnitOfWork, conversation: Conversation, service: Assignment, opinion: Opinion
) -> Rating:
    group = await repository.group_of(uow.session, service)
    rating = Rating(
        id=new_id(), assignment_id=service.id, conversation_id=conversation.id,
        agent_id=service.agent_id, group_id=group.id if group else None,
        group_name=group.name if group else "", earlier=[], created_at=uow.clock.now(),
        score=opinion.score, label=opinion.label, tags=opinion.tags, comment=opinion.comment,
    )  # fmt: skip
    uow.session.add(rating)
    await uow.session.flush()
    # For the desk only: the citizen has just said it.
    activity = ActivityContent(
        kind="rated", text=f"市民评价：{opinion.label}",
        data={"service": service.id, "score": opinion.score, "tags": opinion.tags},
    )  # fmt: skip
    await thread.append(uow, conversation, thread.SYSTEM, activity, private=True)
    audit.record(
        uow, actor="visitor", action="conversation.rated",
        subject=f"conversation:{conversation.id}", service=service.id, score=opinion.score,
    )  # fmt: skip
    return rating


async def _change(
    uow: UnitOfWork, conversation: Conversation, rating: Rating, opinion: Opinion
) -> None:
    now = uow.clock.now()
    check_changeable(rating.created_at, len(rating.earlier), now)
    before: dict[str, Any] = {
        "score": rating.score, "label": rating.label, "tags": rating.tags, "comment": rating.comment,
    }  # fmt: skip
    rating.earlier = [*rating.earlier, before | {"until": now.isoformat()}]
    rating.score, rating.label = opinion.score, opinion.label
    rating.tags, rating.comment = opinion.tags, opinion.comment
    rating.changed_at = now
    # What was written stays with the rating, where numbers are covered for the desk.
    shown = ("score", "label", "tags")
    activity = ActivityContent(
        kind="rating_changed", text=f"市民把评价从“{before['label']}”改为“{opinion.label}”",
        data={
            "service": rating.assignment_id,
            "before": {key: before[key] for key in shown},
            "after": {key: getattr(opinion, key) for key in shown},
        },
    )  # fmt: skip
    await thread.append(uow, conversation, thread.SYSTEM, activity, private=True)
    audit.record(
        uow, actor="visitor", action="rating.changed", subject=f"conversation:{conversation.id}",
        service=rating.assignment_id, before=before["score"], after=opinion.score,
    )  # fmt: skip


def _for_citizen(service: Assignment, agent_name: str, rating: Rating | None) -> RatedService:
    given = None
    if rating is not None:
        given = GivenRating(
            score=rating.score, label=rating.label, tags=rating.tags, comment=rating.comment,
            created_at=rating.created_at, changeable_until=rating.created_at + CHANGEABLE,
        )  # fmt: skip
    return RatedService(
        id=service.id, conversation_id=service.conversation_id, agent_name=agent_name,
        started_at=service.started_at, ended_at=service.ended_at, rating=given,
    )  # fmt: skip


def _for_desk(rating: Rating, agent_name: str) -> RatingRead:
    return RatingRead.model_validate(
        {**_columns(rating), "service": rating.assignment_id, "agent_name": agent_name}
    )


def _columns(rating: Rating) -> dict[str, Any]:
    return {column.key: getattr(rating, column.key) for column in Rating.__table__.columns}
