"""Rules of assigning as data, edited in the console: the document `tickets.assigning`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.ids import Id
from handoff.tickets.assigning.choice import CONDITIONS, Rule, Strategy
from handoff.tickets.types.definition import Key, Priority

CONFIG_NAME = "tickets.assigning"

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Words = Annotated[list[Word], Field(max_length=50)]
# Where a ticket came from: Ticket.source.
TicketSource = Literal["agent", "bot", "citizen", "left_message", "api", "import"]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AssigningRule(_Document):
    """To `account`, or to `department`, when all conditions hold; an empty list asks nothing. See choice.CONDITIONS."""

    name: Word
    type: list[Key] = Field([], max_length=50)
    business: Words = []
    region: Words = []
    words: Words = []
    source: list[TicketSource] = Field([], max_length=10)
    priority: list[Priority] = Field([], max_length=4)
    department: Id | None = None
    account: Id | None = None
    strategy: Strategy = "anybody"

    @model_validator(mode="after")
    def _to_somebody(self) -> AssigningRule:
        if (self.department is None) == (self.account is None):
            raise ValueError("每条规则要指定一个部门或一个人")
        return self

    def rule(self) -> Rule:
        conditions = {name: getattr(self, name) for name in CONDITIONS}
        return Rule(self.name, conditions, self.department, self.account, self.strategy)


class AssigningSettings(_Document):
    """Shipped: no rules, everything goes to whoever may dispatch.

    `dispatcher`: gets what no rule fits and what is given back; None: everybody who may dispatch sees it.
    `strategy`: how one of a department is chosen where no rule says so: a flow or a dispatcher named the department.
    """

    rules: list[AssigningRule] = Field([], max_length=200)
    dispatcher: Id | None = None
    strategy: Strategy = "anybody"

    def as_rules(self) -> list[Rule]:
        return [each.rule() for each in self.rules]
