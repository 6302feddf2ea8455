"""HTTP routes by which administrators make, change and end the keys of programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.key_schemas import ApiKeyCreate, ApiKeyPage, ApiKeyRead, ApiKeyShown, ApiKeyUpdate
from core.auth.keys import ApiKeys
from core.auth.permissions import Permission
from core.ids import Id
from core.webhooks.keys import Rotation

Admin = Annotated[Actor, Depends(require(Permission.ACCOUNT_MANAGE))]


def build_router(keys: ApiKeys) -> APIRouter:
    router = APIRouter(prefix="/keys", tags=["keys"])

    @router.get("")
    async def list_keys(
        _actor: Admin,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> ApiKeyPage:
        """Newest first, those that were ended included."""
        return await keys.page(after=after, limit=limit)

    @router.post("", status_code=201)
    async def create_key(body: ApiKeyCreate, actor: Admin) -> ApiKeyShown:
        return await keys.create(body, actor)

    @router.put("/{key_id}")
    async def update_key(key_id: Id, body: ApiKeyUpdate, actor: Admin) -> ApiKeyRead:
        return await keys.update(key_id, body, actor)

    @router.post("/{key_id}/token")
    async def renew_key(key_id: Id, body: Rotation, actor: Admin) -> ApiKeyShown:
        """A new token; the present one stays valid for a while, so that the program can change without a gap."""
        return await keys.renew(key_id, keep_hours=body.keep_hours, actor=actor.account_id)

    @router.post("/{key_id}/revoke")
    async def revoke_key(key_id: Id, actor: Admin) -> ApiKeyRead:
        return await keys.revoke(key_id, actor)

    return router
