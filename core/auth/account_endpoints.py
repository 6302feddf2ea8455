"""HTTP routes of accounts and departments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.account_schemas import (
    AccountCreate,
    AccountDetail,
    AccountPage,
    AccountUpdate,
    DepartmentRead,
    DepartmentWrite,
    PasswordShown,
)
from core.auth.accounts import AccountService
from core.auth.actor import Actor
from core.auth.departments import DepartmentService
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]


def build_router(accounts: AccountService, departments: DepartmentService) -> APIRouter:
    router = APIRouter(tags=["accounts"])

    @router.get("/accounts")
    async def list_accounts(
        actor: Admin,
        q: Annotated[str, Query(max_length=64)] = "",
        active: bool | None = None,
        after: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> AccountPage:
        return await accounts.page(text=q.strip(), active=active, after=after, limit=limit)

    @router.post("/accounts", status_code=201)
    async def create_account(body: AccountCreate, actor: Admin) -> PasswordShown:
        """The password is generated and shown this once."""
        return await accounts.create(body, actor)

    @router.patch("/accounts/{account_id}")
    async def update_account(account_id: Id, body: AccountUpdate, actor: Admin) -> AccountDetail:
        return await accounts.update(account_id, body, actor)

    @router.post("/accounts/{account_id}/password")
    async def reset_password(account_id: Id, actor: Admin) -> PasswordShown:
        """A new password, shown this once; the account is logged out everywhere."""
        return await accounts.reset_password(account_id, actor)

    @router.post("/accounts/{account_id}/deactivate")
    async def deactivate(account_id: Id, actor: Admin) -> AccountDetail:
        return await accounts.deactivate(account_id, actor)

    @router.post("/accounts/{account_id}/reactivate")
    async def reactivate(account_id: Id, actor: Admin) -> AccountDetail:
        return await accounts.reactivate(account_id, actor)

    @router.get("/departments")
    async def list_departments(actor: Reader) -> list[DepartmentRead]:
        return await departments.all()

    @router.post("/departments", status_code=201)
    async def create_department(body: DepartmentWrite, actor: Admin) -> DepartmentRead:
        return await departments.save(body, actor)

    @router.put("/departments/{department_id}")
    async def replace_department(
        department_id: Id, body: DepartmentWrite, actor: Admin
    ) -> DepartmentRead:
        return await departments.save(body, actor, department_id)

    @router.delete("/departments/{department_id}", status_code=204)
    async def delete_department(department_id: Id, actor: Admin) -> None:
        await departments.delete(department_id, actor)

    return router
