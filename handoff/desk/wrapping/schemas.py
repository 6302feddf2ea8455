"""What agents see of wrap-ups and send for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from core.conversation.content import printable
from core.ids import Id
from core.sockets import Payload
from handoff.agents.models import Solved, WrapUpState

Summary = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(printable)
]


class WrapUpItem(BaseModel):
    """A form that is not written yet. `until`: the wrap-up time runs to then."""

    id: str
    conversation_id: str
    contact_id: str
    contact_name: str
    state: WrapUpState
    until: datetime | None
    created_at: datetime


class WrapUpRead(WrapUpItem):
    """The form: a draft while it is pending. `editable_until`: null as long as it was not saved."""

    business: str | None
    businesses: list[str]
    solved: Solved | None
    summary: str
    required: bool
    saved_at: datetime | None
    editable_until: datetime | None


class WrapUpSend(Payload):
    """Save the form, or skip it."""

    wrap_up_id: Id
    skip: bool = False
    business: str | None = Field(default=None, max_length=64)
    solved: Solved | None = None
    summary: Summary = ""

    @model_validator(mode="after")
    def _said(self) -> WrapUpSend:
        if not self.skip and self.solved is None:
            raise ValueError("whether it was solved belongs to the form")
        return self
