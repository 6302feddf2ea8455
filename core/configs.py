"""Business rules and texts as data: one JSON document per name, edited while running; defaults ship in the models."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import JSON, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core import audit
from core.database import Base
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


async def put_config(uow: UnitOfWork, name: str, value: BaseModel, actor: str) -> None:
    """Store the document as a whole and note who did it."""
    now = uow.clock.now()
    data = value.model_dump(mode="json")
    await uow.session.merge(ConfigRow(name=name, value=data, updated_at=now, updated_by=actor))
    audit.record(uow, actor=actor, action="config.changed", subject=f"config:{name}")
