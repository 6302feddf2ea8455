"""What administrators see of programs' keys, and what they send to make and change them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from core.auth.actor import Scope
from core.auth.permissions import Permission
from core.ids import Id

MOST_OF_EACH = 100
# Nobody's patience: a program that asks more often than this is broken.
MOST_PER_MINUTE = 6000
TypeKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class ApiKeyUpdate(BaseModel):
    """The whole of a key's settings.

    `sees`: own: what it has filed, or what was put in its hands; group: the tickets of `department_ids` and those below
    them; all. `types`: of these types alone; empty: of all. `may_handle`: file tickets and take steps, else read only.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    sees: Scope = Scope.OWN
    may_handle: bool = True
    department_ids: Annotated[list[Id], Field(max_length=MOST_OF_EACH)] = []
    types: Annotated[list[TypeKey], Field(max_length=MOST_OF_EACH)] = []
    per_minute: int = Field(default=300, ge=1, le=MOST_PER_MINUTE)
    expires_at: AwareDatetime | None = None

    @field_validator("name")
    @classmethod
    def _shown(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("名称里有不能显示的字符")
        return value

    def granted(self) -> set[Permission]:
        reads = {Permission.ACCOUNT_SELF, Permission.TICKET_READ}
        return reads | {Permission.TICKET_HANDLE} if self.may_handle else reads


class ApiKeyCreate(ApiKeyUpdate):
    pass


class ApiKeyRead(BaseModel):
    """`hint`: how the token ends. `former_until`: the token before is valid so long. `account_id` acts for it."""

    id: str
    account_id: str
    name: str
    hint: str
    former_until: datetime | None
    sees: Scope
    may_handle: bool
    department_ids: list[str]
    types: list[str]
    per_minute: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class ApiKeyShown(BaseModel):
    """`token` is never shown again."""

    key: ApiKeyRead
    token: str


class ApiKeyPage(BaseModel):
    items: list[ApiKeyRead]
    next: str | None
