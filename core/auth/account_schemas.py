"""What administrators see of accounts and departments, and what they send to change them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from core.auth.actor import Scope
from core.auth.permissions import Role
from core.ids import Id


class _Write(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AccountDetail(BaseModel):
    """`scope` None: what the role has, which is `scope_in_force`."""

    id: str
    login: str
    name: str
    role: Role
    scope: Scope | None
    scope_in_force: Scope
    department_id: str | None
    active: bool
    created_at: datetime
    last_login_at: datetime | None = None


class AccountPage(BaseModel):
    """In the order of logins. `next`: the `after` of the next page; null: no more."""

    items: list[AccountDetail]
    next: str | None


class _Named(_Write):
    @field_validator("name", check_fields=False)
    @classmethod
    def _said(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError("请填写名称")
        if value is not None and not value.isprintable():
            raise ValueError("名称里有不能显示的字符")
        return value.strip() if value is not None else None


def _of_people(role: Role) -> Role:
    if role is Role.PROGRAM:
        raise ValueError("程序用接口密钥，不用账号")
    return role


PersonRole = Annotated[Role, AfterValidator(_of_people)]


class AccountCreate(_Named):
    login: str = Field(min_length=2, max_length=64)
    name: str = Field(min_length=1, max_length=64)
    role: PersonRole
    scope: Scope | None = None
    department_id: Id | None = None


class AccountUpdate(_Named):
    """What is left out stays; `scope` null gives back what the role has."""

    name: str = Field(default="", max_length=64, validate_default=False)
    role: PersonRole | None = None
    scope: Scope | None = None
    department_id: Id | None = None


class PasswordShown(BaseModel):
    """A generated password: shown this once, stored only as a hash."""

    account: AccountDetail
    password: str


class DepartmentRead(BaseModel):
    """`accounts`: how many belong to it directly. `leader_active`: whether who leads it still works here."""

    id: str
    name: str
    parent_id: str | None
    leader_id: str | None
    leader_name: str | None
    leader_active: bool
    accounts: int


class DepartmentWrite(_Named):
    """`leader_id`: who reviews what its people answer to tickets; null: nobody."""

    name: str = Field(min_length=1, max_length=64)
    parent_id: Id | None = None
    leader_id: Id | None = None
