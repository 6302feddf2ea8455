"""What a new installation starts with: the demo inboxes. Everything else ships as defaults of its own model."""

from __future__ import annotations

from core.conversation.content import Choice, ChoicesContent
from core.conversation.models import Inbox
from core.unit_of_work import UnitOfWork

# What the bot can do besides answering; questions come from the hot list, which is live.
TASKS = ["帮我算算公积金能贷多少", "帮我看看能不能提取公积金"]
WELCOME = ChoicesContent(
    text="您好，我是智能助手“帮办”，可以解答公积金和社保政策，也能帮您测算贷款额度、自查提取条件。您想了解什么？",
    choices=[Choice(label=text, value=text) for text in [*TASKS, "转人工"]],
)


async def add_default_inboxes(uow: UnitOfWork) -> None:
    """The website's inbox, `web`, if there is none yet. WeChat accounts are added by their own command."""
    if await uow.session.get(Inbox, "web") is None:
        config = {"welcome": [WELCOME.model_dump(mode="json")]}
        uow.session.add(
            Inbox(id="web", channel="web", name="网站", config=config, created_at=uow.clock.now())
        )
