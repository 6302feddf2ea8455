"""What a citizen thinks of a service or of a ticket's result: checked against what may be said, and for how long it
may be said otherwise. Called by whoever stores ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.content import printable
from core.conversation.rating import RatingOffer
from core.errors import Conflict, InvalidInput
from core.masking import mask_personal
from core.sensitive.book import SensitiveWords

# How long somebody may think again about a rating.
CHANGEABLE = timedelta(days=1)
# Each change is a line for the desk: enough to think again, too few to fill it.
MOST_CHANGES = 10
MOST_COMMENT = 500


class RatingClosed(Conflict):
    """Too late to rate, or to change what was said."""

    code, default_message = "rating_closed", "评价时间已过，不能再评价这次服务。"


class RatingOutdated(Conflict):
    """The tags are not those of the level any more: the settings changed while the form was open."""

    code, default_message = "rating_outdated", "评价选项刚刚更新过，请重新选择。"


class RatingNeedsReason(InvalidInput):
    code, default_message = "rating_needs_reason", "请选择原因，或者写几句话，方便我们改进。"


class RatingRules(Protocol):
    """How to rate in an inbox; handoff/ratings has the settings."""

    async def offer(
        self, session: AsyncSession, *, contact_id: str | None, inbox_id: str
    ) -> RatingOffer: ...


@dataclass(frozen=True)
class Opinion:
    """What the citizen says, cleaned and checked against the inbox's settings."""

    score: int
    label: str
    tags: list[str]
    comment: str


def said(words: SensitiveWords, comment: str) -> str:
    """A comment as it is kept. Nobody is shown numbers in comments, and comments are kept: so none goes in.

    Raises WordsRefused as for a message.
    """
    return mask_personal(printable(words.admitted(comment))).strip()[:MOST_COMMENT]


def checked(offer: RatingOffer, score: int, tags: Sequence[str], comment: str) -> Opinion:
    """Raises what is wrong with it. Tags come out in the order of the settings, each once."""
    level = next((each for each in offer.levels if each.score == score), None)
    if level is None:
        raise InvalidInput("请选择 1 到 5 分。", field="score")
    chosen = set(tags)
    if not chosen <= set(level.tags):
        raise RatingOutdated(field="tags")
    if len(chosen) > offer.most_tags:
        raise InvalidInput(f"最多选 {offer.most_tags} 个标签。", field="tags")
    if score <= offer.reason_up_to and not chosen and not comment:
        raise RatingNeedsReason(field="comment")
    return Opinion(score, level.label, [tag for tag in level.tags if tag in chosen], comment)


def check_changeable(given_at: datetime, changes: int, now: datetime) -> None:
    """Whether a rating may still be changed. Raises RatingClosed."""
    if now > given_at + CHANGEABLE:
        raise RatingClosed()
    if changes >= MOST_CHANGES:
        raise RatingClosed("这次评价已经改过很多次，不能再改了。")
