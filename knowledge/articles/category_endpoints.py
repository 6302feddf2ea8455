"""HTTP side of the category tree."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles import categories
from knowledge.articles.categories import Categories
from knowledge.articles.reads import CategoryCreate, CategoryRead, CategoryUpdate

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]


def build_router(units: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/knowledge/categories", tags=["knowledge"])

    @router.get("", dependencies=[Depends(require(Permission.KNOWLEDGE_READ))])
    async def list_categories() -> list[CategoryRead]:
        """The whole tree, each node before its children, siblings in their order."""
        async with units.read() as session:
            tree = await Categories.load(session)
            own = await categories.counts(session)
        return [
            CategoryRead.of(
                node,
                own.get(node.id, 0),
                own.get(node.id, 0) + sum(own.get(below.id, 0) for below in tree.walk(node.id)),
            )
            for node in tree.walk()
        ]

    @router.post("", status_code=201)
    async def create_category(body: CategoryCreate, actor: Editor) -> CategoryRead:
        """A new node, the last of its siblings."""
        async with units.write() as uow:
            node = await categories.create(uow, body.name, body.parent_id, actor=actor.account_id)
            return CategoryRead.of(node)

    @router.patch("/{category_id}")
    async def change_category(category_id: Id, body: CategoryUpdate, actor: Editor) -> CategoryRead:
        """Rename, move or reorder; articles stay filed in it and need no new version."""
        async with units.write() as uow:
            node = await categories.change(
                uow, category_id, actor=actor.account_id, **body.changes()
            )
            return CategoryRead.of(node)

    @router.delete("/{category_id}", status_code=204)
    async def delete_category(category_id: Id, actor: Editor) -> None:
        """Only when it is empty."""
        async with units.write() as uow:
            await categories.delete(uow, category_id, actor=actor.account_id)

    return router
