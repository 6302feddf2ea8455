"""Which questions are hot: pinned ones first, then those most conversations were about. With the pins themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config, put_config
from core.conversation.models import Inbox
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.validity import holding
from knowledge.learning.hot_repository import CONFIG, HotRepository
from knowledge.learning.repository import LearningRepository
from knowledge.learning.schemas import HotPins

# What comes after the questions shown, for an editor to choose pins from.
CANDIDATES = 20


class HotSettings(BaseModel):
    """Edited in the console. `pins` are articles' keys, shown first and in this order.

    `inboxes`: pins of an inbox that has its own. What is asked on `test_inboxes` is not counted.
    """

    days: int = Field(7, ge=1, le=90)
    count: int = Field(5, ge=1, le=10)
    pins: list[str] = [
        "fund-withdraw-rent",
        "fund-loan-conditions",
        "si-retire-delay-overview",
        "si-card-lost",
    ]
    inboxes: dict[str, list[str]] = {}
    test_inboxes: list[str] = ["wechat-demo"]

    def pins_of(self, inbox_id: str | None) -> list[str]:
        return self.inboxes.get(inbox_id or "", self.pins)


class PinsUnknown(InvalidInput):
    """Details: `keys`."""

    code, default_message = "pins_unknown", "置顶的条目不存在，请刷新后再选。"


@dataclass(frozen=True)
class HotArticle:
    """An article citizens may be shown today, and how many conversations were about it."""

    article_id: str
    key: str
    question: str
    conversations: int = 0
    tapped: int = 0
    pinned: bool = False


@dataclass(frozen=True)
class Ranking:
    """`shown` is what citizens see. `lapsed`: keys of pins that are not published, or not valid today."""

    settings: HotSettings
    shown: list[HotArticle]
    candidates: list[HotArticle]
    lapsed: list[str]


async def rank(
    session: AsyncSession, inbox_id: str | None, *, regions: Sequence[str], today: date
) -> Ranking:
    """The hot questions of an inbox, or of all together. `regions`: those whose rules hold here."""
    settings = await get_config(session, CONFIG, HotSettings)
    pins = settings.pins_of(inbox_id)
    counted = await LearningRepository(session).most_asked(
        first=today - timedelta(days=settings.days - 1), inbox_id=inbox_id,
        without=settings.test_inboxes, limit=4 * CANDIDATES,
    )  # fmt: skip
    numbers = {article_id: (conversations, tapped) for article_id, conversations, tapped in counted}
    found = await _showable(session, numbers, pins, regions=regions, today=today)
    by_key = {article.key: article for article in found.values()}
    pinned = [_counted(by_key[key], numbers, pinned=True) for key in pins if key in by_key]
    asked = [
        _counted(found[article_id], numbers) for article_id in numbers
        if article_id in found and found[article_id].key not in pins
    ]  # fmt: skip
    free = max(0, settings.count - len(pinned))
    return Ranking(
        settings, [*pinned, *asked[:free]], asked[free : free + CANDIDATES],
        [key for key in pins if key not in by_key],
    )  # fmt: skip


async def question_of(
    session: AsyncSession, key: str, *, regions: Sequence[str], today: date
) -> str | None:
    """The question of the article called `key`, if a citizen may be shown it today."""
    found = await _showable(session, (), [key], regions=regions, today=today)
    return next((article.question for article in found.values()), None)


async def put_pins(uow: UnitOfWork, wanted: HotPins, *, actor: str) -> None:
    """Store what an editor pinned. Raises PinsUnknown, InvalidInput for an inbox there is none of."""
    repository = ArticleRepository(uow.session)
    # Two editors pin for two inboxes in one document: one after the other.
    await repository.lock_state()
    if wanted.inbox is not None and await uow.session.get(Inbox, wanted.inbox) is None:
        raise InvalidInput("没有这个接入点。", field="inbox")
    pins = list(dict.fromkeys(wanted.pins or []))
    known = await repository.by_keys(pins)
    if missing := [key for key in pins if key not in known]:
        raise PinsUnknown(keys=missing)
    settings = await get_config(uow.session, CONFIG, HotSettings)
    changes: dict[str, object] = {}
    if wanted.inbox is None:
        if wanted.pins is not None:
            changes["pins"] = pins
    else:
        others = {inbox: own for inbox, own in settings.inboxes.items() if inbox != wanted.inbox}
        changes["inboxes"] = others | ({wanted.inbox: pins} if wanted.pins is not None else {})
    changes |= {k: v for k, v in (("days", wanted.days), ("count", wanted.count)) if v is not None}
    await put_config(uow, CONFIG, settings.model_copy(update=changes), actor)


async def _showable(
    session: AsyncSession, ids: Iterable[str], keys: Sequence[str], *, regions: Sequence[str], today: date
) -> dict[str, HotArticle]:  # fmt: skip
    """Of these articles those with a version that is published, public, of the region and valid today, by id."""
    found: dict[str, HotArticle] = {}
    rows = await HotRepository(session).published(list(ids), keys)
    for article_id, group in groupby(rows, key=lambda row: row[0].id):
        pairs = list(group)
        version = holding([(v, v.effective_from, v.effective_to) for _, v in pairs], today)
        if version is not None and version.region in regions and version.audience == "public":
            found[article_id] = HotArticle(article_id, pairs[0][0].key, version.question)
    return found


def _counted(
    article: HotArticle, numbers: dict[str, tuple[int, int]], *, pinned: bool = False
) -> HotArticle:
    conversations, tapped = numbers.get(article.article_id, (0, 0))
    return HotArticle(
        article.article_id, article.key, article.question, conversations, tapped, pinned
    )
