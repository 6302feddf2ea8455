"""Settings of order and routing as data, edited in the console: the document `handoff.routing`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.ids import Id
from handoff.routing.overflow import Overflow
from handoff.routing.priority import MOST_POINTS, Weights
from handoff.routing.rules import CONDITIONS, Rule
from handoff.routing.strategies import Strategy

CONFIG_NAME = "handoff.routing"

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Words = Annotated[list[Word], Field(max_length=50)]
Points = Annotated[int, Field(ge=-MOST_POINTS, le=MOST_POINTS)]
Weighted = Annotated[dict[Word, Points], Field(max_length=200)]


Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AgePoints(_Document):
    """Points from this age on, counted by the year of birth."""

    from_age: int = Field(ge=1, le=130)
    points: Points


class PrioritySettings(_Document):
    """`points_per_minute`: what a minute of waiting is worth, so that points never win for ever."""

    points_per_minute: int = Field(1, ge=1, le=100)
    transferred: Points = 10
    customer_groups: Weighted = {}
    tags: Weighted = {}
    businesses: Weighted = {}
    ages: list[AgePoints] = Field([AgePoints(from_age=65, points=5)], max_length=10)

    def weights(self) -> Weights:
        return Weights(
            customer_groups=self.customer_groups,
            tags=self.tags,
            businesses=self.businesses,
            ages=tuple((each.from_age, each.points) for each in self.ages),
            transferred=self.transferred,
        )


class RoutingRule(_Document):
    """To `group`, when all conditions hold; an empty list asks nothing. See rules.CONDITIONS.

    `agent`: waited for first, as a designated one.
    """

    name: Word
    group: Id
    agent: Id | None = None
    business: Words = []
    inbox: Words = []
    channel: Words = []
    sub_channel: Words = []
    region: Words = []
    tag: Words = []
    customer_group: Words = []
    language: Words = []

    def rule(self) -> Rule:
        conditions = {name: getattr(self, name) for name in CONDITIONS}
        return Rule(self.name, self.group, conditions, self.agent)


class OverflowStep(_Document):
    """`to_group` null: anybody. `text`: what the citizen is told; empty: nothing."""

    from_group: Id
    to_group: Id | None = None
    after_seconds: int = Field(120, ge=10, le=24 * 3600)
    text: str = Field("", max_length=500)

    def overflow(self) -> Overflow:
        return Overflow(self.from_group, self.to_group, self.after_seconds)


class FamiliarSettings(_Document):
    """Whoever served a citizen within the days is waited for, if online and with room."""

    enabled: bool = True
    within_days: int = Field(7, ge=1, le=365)
    wait_seconds: int = Field(30, ge=5, le=3600)


class WaitingSettings(_Document):
    """The bot beside the queue. `lead_in` stands before each of its answers; empty: nothing does.

    `{ahead}` is how many stand before the citizen; `still_next` is for whom nobody does.
    """

    answer_questions: bool = True
    lead_in: str = Field("排队期间由智能助手先为您解答，不影响您的位置：", max_length=500)
    still_waiting: Told = "您还在排队，前面还有 {ahead} 位，请稍候。"
    still_next: Told = "您排在最前面，工作人员马上为您服务，请稍候。"
    ask_cancel: Told = "您还要继续等人工客服吗？"


class RoutingSettings(_Document):
    """Shipped: agents pull, the queue goes by time with the old and the handed on a little earlier.

    `channel_capacity`: most conversations of a channel in one agent's hands; not named: no limit of
    its own. `wanted_seconds`: how long a designated or asked-for agent is waited for.
    """

    automatic: bool = False
    strategy: Strategy = "least_loaded"
    priority: PrioritySettings = PrioritySettings()
    rules: list[RoutingRule] = Field([], max_length=100)
    overflow: list[OverflowStep] = Field([], max_length=100)
    familiar: FamiliarSettings = FamiliarSettings()
    wanted_seconds: int = Field(120, ge=5, le=3600)
    channel_capacity: dict[Word, Annotated[int, Field(ge=0, le=1000)]] = Field({}, max_length=20)
    waiting: WaitingSettings = WaitingSettings()

    def chain(self) -> dict[str, Overflow]:
        """The overflow steps by the group they start from."""
        return {step.from_group: step.overflow() for step in self.overflow}
