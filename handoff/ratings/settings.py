"""How services are rated, as data: levels with their tags, texts, and what a bad rating must say; for each inbox."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.conversation.rating import RatedService, RatingLevelRead, RatingOffer

CONFIG_NAME = "handoff.ratings"

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Level(BaseModel):
    model_config = ConfigDict(extra="forbid")

    score: int = Field(ge=1, le=5)
    label: Label
    tags: list[Label] = Field(default_factory=list, max_length=12)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.tags)) != len(self.tags):
            raise ValueError("同一等级的标签不能重复")
        return self


_GOOD = ["解答清楚", "态度热情", "响应及时", "解决问题"]
_BAD = ["等待太久", "没听懂问题", "解答不清楚", "问题没解决", "态度不好"]
_SHIPPED = {
    5: ("非常满意", _GOOD), 4: ("满意", _GOOD), 3: ("基本满意", _BAD),
    2: ("不满意", _BAD), 1: ("非常不满意", _BAD),
}  # fmt: skip


def _shipped_levels() -> list[Level]:
    """The five levels that citizens know from 好差评, the rating of government services."""
    return [
        Level(score=score, label=label, tags=list(tags))
        for score, (label, tags) in _SHIPPED.items()
    ]


class InboxRatings(BaseModel):
    """`reason_up_to`: from this score down a tag or some words must be given; 0: never.

    `open_days`: a service can be rated until so many days after its end.
    """

    model_config = ConfigDict(extra="forbid")

    title: Text = "请评价本次服务"
    comment_hint: Text = "还有什么想对我们说的（选填）"
    thanks: Text = "感谢您的评价"
    levels: list[Level] = Field(default_factory=_shipped_levels, min_length=5, max_length=5)
    most_tags: int = Field(3, ge=0, le=12)
    reason_up_to: int = Field(0, ge=0, le=3)
    open_days: int = Field(7, ge=1, le=90)

    @model_validator(mode="after")
    def _five_levels(self) -> Self:
        """Best first, whatever the order they came in."""
        self.levels = sorted(self.levels, key=lambda level: -level.score)
        if [level.score for level in self.levels] != [5, 4, 3, 2, 1]:
            raise ValueError("五个等级各要一个，分值为 1 到 5")
        if len({level.label for level in self.levels}) != len(self.levels):
            raise ValueError("五个等级的名称不能重复")
        return self

    def offer(self, services: list[RatedService]) -> RatingOffer:
        return RatingOffer(
            title=self.title, comment_hint=self.comment_hint, thanks=self.thanks,
            levels=[RatingLevelRead(**level.model_dump()) for level in self.levels],
            most_tags=self.most_tags, reason_up_to=self.reason_up_to, services=services,
        )  # fmt: skip


class RatingSettings(BaseModel):
    """`inboxes`: those that differ from `default`, by their id."""

    model_config = ConfigDict(extra="forbid")

    default: InboxRatings = Field(default_factory=InboxRatings)
    inboxes: dict[str, InboxRatings] = Field(default_factory=dict, max_length=200)

    def of(self, inbox_id: str) -> InboxRatings:
        return self.inboxes.get(inbox_id, self.default)
