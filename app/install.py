"""What a new installation needs in its database; done at every start, changes nothing the second time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from app.container import Container
from app.defaults import add_default_inboxes
from core.auth.passwords import generate_password
from core.auth.permissions import Role
from core.auth.service import account_count, create_account
from core.unit_of_work import UnitOfWorkFactory
from handoff.saved_replies.shipped import add_shipped
from handoff.tickets.types import shipped as ticket_types
from knowledge.articles.seed import seed

ADMIN_LOGIN = "admin"


@dataclass(frozen=True)
class FirstAdmin:
    """The first administrator, with the password that is shown once and stored only as a hash."""

    login: str
    password: str


async def prepare(container: Container) -> FirstAdmin | None:
    """What ships: inboxes, articles, saved replies, types of tickets; the first administrator if there is none."""
    try:
        admin = await _first_rows(container.uows)
    except IntegrityError:
        # Another server that starts at the same moment was quicker, and shows the password.
        admin = None
    await seed(container.uows)
    return admin


async def _first_rows(uows: UnitOfWorkFactory) -> FirstAdmin | None:
    async with uows.write() as uow:
        await add_default_inboxes(uow)
        await add_shipped(uow)
        await ticket_types.add_shipped(uow)
        if await account_count(uow.session) > 0:
            return None
        admin = FirstAdmin(ADMIN_LOGIN, generate_password())
        await create_account(
            uow, login=admin.login, name="管理员", role=Role.ADMIN, password=admin.password,
            actor="install",
        )  # fmt: skip
        return admin
