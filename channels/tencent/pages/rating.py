"""Rating from a chat: a tap on one of five levels, and a small page to say more. Called by the pushes and by the pages.

The tap names the service in its id, so it rates that one, however late it comes and whatever was served since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.pages.links import PageLinks
from channels.tencent.rendering.showing import RATE
from core.conversation import repository
from core.conversation.models import MessageDelivery
from core.conversation.rating import ASKED, RatedService, RatingLevelRead, RatingOffer, ServiceFound
from core.errors import Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWorkFactory

# As long as a rating may be changed after it was given.
SAY_MORE_FOR = timedelta(days=1)
# Whoever was not content is asked what was wrong.
LOW = 2
GONE = "没有找到这次服务，可能时间太久了。"


class Ratings(Protocol):
    """Implemented by handoff.ratings."""

    async def rate(
        self,
        *,
        conversation_id: str,
        contact_id: str,
        score: int,
        tags: Sequence[str] = (),
        comment: str = "",
        service_id: str | None = None,
    ) -> RatedService: ...

    async def offer(
        self, session: AsyncSession, *, contact_id: str | None, inbox_id: str
    ) -> RatingOffer: ...

    async def service(self, session: AsyncSession, service_id: str) -> ServiceFound | None: ...


@dataclass(frozen=True)
class Tap:
    service_id: str
    score: int


def tap_in(item: str) -> Tap | None:
    """The tap an item's id stands for (showing.rating_item); None for any other id."""
    kind, _, rest = item.partition(":")
    service_id, _, score = rest.partition(":")
    if kind != RATE or score not in ("1", "2", "3", "4", "5"):
        return None
    try:
        return Tap(service_id, int(score)) if str(UUID(service_id)) == service_id else None
    except ValueError:
        return None


class ChatRatings:
    def __init__(self, *, uows: UnitOfWorkFactory, ratings: Ratings, links: PageLinks) -> None:
        self._uows = uows
        self._ratings = ratings
        self._links = links

    async def tapped(self, inbox_id: str, external_id: str, tap: Tap) -> str:
        """Rate as tapped; what the citizen is told. The same tap again changes nothing."""
        async with self._uows.read() as session:
            found = await self._ratings.service(session, tap.service_id)
            contact = await repository.contact_by_identity(session, inbox_id, external_id)
        if found is None or contact is None or contact.id != found.contact_id:
            return GONE
        level, offer = await self._level(found, tap.score)
        more = self._links.address(
            "rate", tap.service_id, valid=SAY_MORE_FOR, detail=tap.score
        )  # fmt: skip
        before = found.service.rating
        if before is not None and before.score == tap.score:
            return f"您已经评价过了：{before.label}。谢谢！"
        try:
            await self._ratings.rate(
                conversation_id=found.service.conversation_id, contact_id=contact.id,
                score=tap.score, service_id=tap.service_id,
            )  # fmt: skip
        except InvalidInput:
            # A bad rating needs a reason, which no list to tap on can hold.
            return f"您选择了“{level.label}”。请点这里选择原因后提交：{more}"
        except (Conflict, NotFound) as refused:
            return refused.message
        told = (
            f"已改为“{level.label}”。"
            if before is not None
            else f"{offer.thanks}！您选择了“{level.label}”。"
        )
        if tap.score <= LOW and (level.tags or offer.comment_hint):
            return f"{told}\n愿意多说几句吗？点这里告诉我们哪里不好：{more}"
        return told

    async def numbered(self, inbox_id: str, external_id: str, number: int) -> Tap | None:
        """The level a bare number means; None unless levels in a numbered list were the last thing said."""
        async with self._uows.read() as session:
            contact = await repository.contact_by_identity(session, inbox_id, external_id)
            conversation = contact and await repository.latest_conversation(
                session, contact.id, inbox_id
            )
            if conversation is None:
                return None
            last = await repository.messages(session, conversation.id, limit=1, with_private=False)
            asked = last[0].content.get("data", {}).get(ASKED) if last else None
            delivery = await session.get(MessageDelivery, last[0].id) if asked else None
        if asked is None or delivery is None or not delivery.numbered:
            return None
        levels = asked["levels"]
        if number > len(levels):
            return None
        return Tap(asked["service"], levels[number - 1]["score"])

    async def form(self, service_id: str, score: int) -> RatingForm:
        """What the page shows. Raises NotFound."""
        async with self._uows.read() as session:
            found = await self._ratings.service(session, service_id)
        if found is None:
            raise NotFound(GONE)
        given = found.service.rating
        level, offer = await self._level(found, given.score if given is not None else score)
        return RatingForm(
            level=level, offer=offer, agent_name=found.service.agent_name,
            tags=given.tags if given is not None else [],
            comment=given.comment if given is not None else "",
        )  # fmt: skip

    async def said(self, service_id: str, score: int, tags: Sequence[str], comment: str) -> str:
        """Keep what the page sends; the thanks. Raises what RatingService.rate does, and NotFound."""
        async with self._uows.read() as session:
            found = await self._ratings.service(session, service_id)
        if found is None:
            raise NotFound(GONE)
        given = found.service.rating
        _, offer = await self._level(found, score)
        await self._ratings.rate(
            conversation_id=found.service.conversation_id, contact_id=found.contact_id,
            score=given.score if given is not None else score, tags=tags, comment=comment,
            service_id=service_id,
        )  # fmt: skip
        return offer.thanks

    async def _level(self, found: ServiceFound, score: int) -> tuple[RatingLevelRead, RatingOffer]:
        async with self._uows.read() as session:
            offer = await self._ratings.offer(session, contact_id=None, inbox_id=found.inbox_id)
        return next(level for level in offer.levels if level.score == score), offer


@dataclass(frozen=True)
class RatingForm:
    """What can be added to a rating: the level's tags, words; what was said before."""

    level: RatingLevelRead
    offer: RatingOffer
    agent_name: str
    tags: Sequence[str]
    comment: str
