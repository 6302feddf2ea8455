"""What a new installation needs in its database; done at every start, changes nothing the second time."""

from __future__ import annotations

from dataclasses import dataclass

from app.container import Container
from app.defaults import HOT_QUESTIONS, add_default_inboxes
from channels.wechat.accounts import Account, Credentials
from core.auth.passwords import generate_password
from core.auth.permissions import Role
from core.auth.service import account_count, create_account
from core.conversation.models import Inbox
from knowledge.articles.seed import seed

ADMIN_LOGIN = "admin"
DEMO_INBOX = "wechat-demo"
DEMO_APP_ID = "wx0000000000demo01"


@dataclass(frozen=True)
class FirstAdmin:
    """The first administrator, with the password that is shown once and stored only as a hash."""

    login: str
    password: str


async def prepare(container: Container) -> FirstAdmin | None:
    """Inboxes, shipped articles, and the first administrator if there is no account yet."""
    uows = container.uows
    password = generate_password()
    async with uows.write() as uow:
        await add_default_inboxes(uow)
        first = await account_count(uow.session) == 0
        if first:
            await create_account(
                uow,
                login=ADMIN_LOGIN,
                name="管理员",
                role=Role.ADMIN,
                password=password,
                actor="install",
            )
    await seed(uows)
    return FirstAdmin(ADMIN_LOGIN, password) if first else None


async def demo_wechat_account(container: Container) -> Account:
    """The official account the WeChat simulator plays: connected on first use with random secrets."""
    accounts = container.wechat.accounts
    async with container.uows.write() as uow:
        if await uow.session.get(Inbox, DEMO_INBOX) is None:
            await accounts.connect(
                uow, inbox_id=DEMO_INBOX, name="公众号（模拟）", app_id=DEMO_APP_ID,
                mode="compatible", credentials=Credentials.random(), actor="install",
                hot_questions=HOT_QUESTIONS,
            )  # fmt: skip
            await uow.session.flush()
        return await accounts.of_inbox_id(uow.session, DEMO_INBOX)
