"""Business rules and texts as data: one JSON document per name, edited while running; defaults ship in the models."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import JSON, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core import audit
from core.database import Base
from core.errors import Conflict
from core.unit_of_work import UnitOfWork

ConfigModel = TypeVar("ConfigModel", bound=BaseModel)


class ConfigRow(Base):
    __tablename__ = "configs"

    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(64))


async def get_config(session: AsyncSession, name: str, model: type[ConfigModel]) -> ConfigModel:
    """The stored document, or the model's own defaults when nobody has edited it."""
    row = await session.get(ConfigRow, name)
    return model() if row is None else model.model_validate(row.value)


class SettingsChanged(Conflict):
    """Details: `name`."""

    code = "settings_changed"
    default_message = "这项设置刚才被别人改过，请看过新的内容再保存。"


async def edition(session: AsyncSession, name: str) -> str:
    """Which edition of a document is stored, as an HTTP entity tag."""
    row = await session.get(ConfigRow, name)
    return f'"{row.updated_at.isoformat() if row else "shipped"}"'


async def put_config(
    uow: UnitOfWork, name: str, value: BaseModel, actor: str, *, seen: str | None = None
) -> None:
    """Store the document as a whole and note who did it.

    `seen` is the edition it was made from; raises SettingsChanged when another one is stored by now.
    """
    now = uow.clock.now()
    row = await uow.session.get(ConfigRow, name, with_for_update=True)
    if seen is not None and seen != await edition(uow.session, name):
        raise SettingsChanged(name=name)
    data = value.model_dump(mode="json")
    if row is not None and row.updated_at >= now:
        # Two editions in one tick of the clock, or after it was put back, are still two.
        now = row.updated_at + timedelta(microseconds=1)
    await uow.session.merge(ConfigRow(name=name, value=data, updated_at=now, updated_by=actor))
    audit.record(uow, actor=actor, action="config.changed", subject=f"config:{name}")
