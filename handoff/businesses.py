"""The organisation's lines of business (缴存, 提取 ...): groups serve them, wrap-ups name them, reports part them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.configs import get_config
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWorkFactory

CONFIG_NAME = "handoff.businesses"
Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
# Named as the categories of the shipped articles are, so that what the bot understood finds its line.
SHIPPED = [
    "缴存", "提取", "信贷", "执法", "计财", "养老", "医疗", "失业", "工伤", "生育", "社保卡", "灵活就业",
]  # fmt: skip


class BusinessLines(BaseModel):
    """In the order in which people choose among them."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Name] = Field(default=SHIPPED, min_length=1, max_length=100)

    @field_validator("lines")
    @classmethod
    def _distinct(cls, lines: list[str]) -> list[str]:
        twice = next((line for line in lines if lines.count(line) > 1), None)
        if twice is not None:
            raise ValueError(f"“{twice}”出现了两次")
        return lines


async def known(session: AsyncSession, wanted: str | None) -> str | None:
    """The line that was chosen; None for none. Raises InvalidInput for one that is no more."""
    if not wanted:
        return None
    if wanted not in (await get_config(session, CONFIG_NAME, BusinessLines)).lines:
        raise InvalidInput("没有这项业务，请重新选择。", field="business")
    return wanted


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(tags=["settings"])

    @router.get("/businesses")
    async def list_businesses(actor: Reader) -> BusinessLines:
        """For whoever files or chooses a business."""
        async with uows.read() as session:
            return await get_config(session, CONFIG_NAME, BusinessLines)

    add_document(
        router, "/desk/settings/businesses", name=CONFIG_NAME, model=BusinessLines, uows=uows
    )
    return router
