"""The saved replies a new installation begins with. They are added once; who deletes them is rid of them."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel

from core.configs import ConfigRow, put_config
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from handoff.saved_replies.initials import initials_of
from handoff.saved_replies.models import SavedReply
from handoff.saved_replies.schemas import SavedReplyWrite

CONFIG_NAME = "saved_replies.shipped"
REPLIES = Path(__file__).with_name("shipped.yaml")


class Shipped(BaseModel):
    """Which edition of the shipped replies was added."""

    edition: int = 1


def shipped() -> list[SavedReplyWrite]:
    """What the file holds, checked as if somebody had written it."""
    rows = yaml.safe_load(REPLIES.read_text("utf-8"))
    return [SavedReplyWrite(scope="shared", **row) for row in rows]


async def add_shipped(uow: UnitOfWork) -> None:
    """Everybody's replies of a new installation; changes nothing the second time."""
    if await uow.session.get(ConfigRow, CONFIG_NAME) is not None:
        return
    for position, reply in enumerate(shipped()):
        uow.session.add(
            SavedReply(
                id=new_id(), **reply.model_dump(exclude={"position"}), position=position,
                initials=initials_of(reply.title), uses=0, updated_at=uow.clock.now(),
                updated_by="install",
            )
        )  # fmt: skip
    await put_config(uow, CONFIG_NAME, Shipped(), "install")
