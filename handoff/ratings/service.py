"""Rating a service. Called by the citizens' channels; read by the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from sqlalchemy import Select, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.models import Account
from core.conversation import thread
from core.conversation.content import ActivityContent, printable
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import new_id
from core.masked_numbers import covered
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.queue import repository as queue
from handoff.ratings.models import Rating

LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


class AlreadyRated(Conflict):
    code, default_message = "already_rated", "这次服务已经评价过了，谢谢您。"


class NothingToRate(Conflict):
    code, default_message = "nothing_to_rate", "这个会话没有人工服务，不需要评价。"


class RatingRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    conversation_id: str
    agent_id: str
    agent_name: str | None = None
    score: int
    tags: list[str]
    comment: Annotated[str, AfterValidator(covered)]
    created_at: datetime


class RatingPage(BaseModel):
    items: list[RatingRead]
    next: str | None


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
        tags: list[str] | None = None,
        comment: str = "",
    ) -> RatingRead:
        """The citizen rates the last service of their conversation, 1 to 5.

        Raises NotFound for a stranger's conversation (as if it did not exist), NothingToRate when
        only the bot served, AlreadyRated the second time, WordsRefused as for a message.
        """
        comment = self._words.admitted(comment)
        if not 1 <= score <= 5:
            raise InvalidInput("请选择 1 到 5 分。", field="score")
        try:
            async with self._uows.write() as uow:
                return await self._rate(
                    uow, conversation_id, contact_id, score, tags or [], comment
                )
        except IntegrityError as error:
            # Two taps at once both found it unrated; the unique index let one through.
            raise AlreadyRated() from error

    async def _rate(
        self,
        uow: UnitOfWork,
        conversation_id: str,
        contact_id: str,
        score: int,
        tags: list[str],
        comment: str,
    ) -> RatingRead:
        conversation = await thread.load_for_update(uow, conversation_id)
        if conversation.contact_id != contact_id:
            raise NotFound(what="conversation")
        service = await queue.last_assignment(uow.session, conversation_id)
        if service is None:
            raise NothingToRate()
        if await _rated(uow.session, service.id):
            raise AlreadyRated()
        rating = Rating(
            id=new_id(), assignment_id=service.id, conversation_id=conversation_id,
            agent_id=service.agent_id, score=score,
            # Labels, not words of the citizen's own: where somebody writes a number there, it is not kept.
            tags=[covered(printable(tag))[:32] for tag in tags[:10]], comment=printable(comment).strip()[:500],
            created_at=uow.clock.now(),
        )  # fmt: skip
        uow.session.add(rating)
        await uow.session.flush()
        # For the desk only: the citizen has just said it.
        activity = ActivityContent(
            kind="rated",
            text=f"市民评价：{LEVELS[score]}",
            data={"score": score, "tags": rating.tags},
        )
        await thread.append(uow, conversation, thread.SYSTEM, activity, private=True)
        audit.record(
            uow, actor="visitor", action="conversation.rated",
            subject=f"conversation:{conversation_id}", score=score,
        )  # fmt: skip
        return RatingRead.model_validate(rating)

    async def page(
        self, *, agent_id: str | None, among: Select[str] | None, after: str | None, limit: int
    ) -> RatingPage:
        """Newest first, of the agents `among` (None: of all); `next` is the `after` of the next page."""
        query = select(Rating, Account.name).join(Account, Account.id == Rating.agent_id)
        if agent_id is not None:
            query = query.where(Rating.agent_id == agent_id)
        if among is not None:
            query = query.where(Rating.agent_id.in_(among))
        if after is not None:
            query = query.where(Rating.id < after)
        async with self._uows.read() as session:
            rows = (await session.execute(query.order_by(Rating.id.desc()).limit(limit + 1))).all()
        items = [_read(rating, name) for rating, name in rows[:limit]]
        return RatingPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def is_rated(self, session: AsyncSession, conversation_id: str) -> bool:
        """Whether the last service of a conversation has been rated."""
        service = await queue.last_assignment(session, conversation_id)
        return service is not None and await _rated(session, service.id)

    async def average_since(
        self, session: AsyncSession, since: datetime, agents: Select[str] | None
    ) -> tuple[int, float | None]:
        """How many ratings the agents (None: everybody) were given, and their average; None without any."""
        query = select(func.count(), func.avg(Rating.score)).where(Rating.created_at >= since)
        if agents is not None:
            query = query.where(Rating.agent_id.in_(agents))
        count, average = (await session.execute(query)).one()
        return count, None if average is None else float(average)

    async def of_conversation(
        self, session: AsyncSession, conversation_id: str
    ) -> list[RatingRead]:
        """The ratings of a conversation's services, oldest first."""
        query = (
            select(Rating, Account.name)
            .join(Account, Account.id == Rating.agent_id)
            .where(Rating.conversation_id == conversation_id)
            .order_by(Rating.id)
        )
        return [_read(rating, name) for rating, name in (await session.execute(query)).all()]


def _read(rating: Rating, agent_name: str) -> RatingRead:
    return RatingRead.model_validate(rating).model_copy(update={"agent_name": agent_name})


async def _rated(session: AsyncSession, assignment_id: str) -> bool:
    found = await session.scalar(select(exists().where(Rating.assignment_id == assignment_id)))
    return bool(found)
