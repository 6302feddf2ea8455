"""What differs between WeChat's services when something is brought to a citizen. One implementation for each.

The courier (delivering.py) decides what goes out and when, and remembers it; a carrier knows how its service wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from channels.tencent.rendering.bubbles import Bubble, Rendered
from channels.tencent.replies.quota import Rules
from core.conversation.content import Content
from core.conversation.models import Inbox
from core.conversation.ports import DeliveryRefused


class WindowClosed(DeliveryRefused):
    """The service says that no reply is allowed now (45015): the citizen has to do something first."""


class RepliesSpent(DeliveryRefused):
    """The service says that all replies are used up (45047)."""


class Unfollowed(DeliveryRefused):
    """The citizen has left (43004, blocked): nothing reaches them there until they come back."""


class TooLong(DeliveryRefused):
    """Longer than the service takes (45002)."""


class NotThisWay(DeliveryRefused):
    """This account may not send this kind of bubble (40200): it is rendered again, `plain`."""


# What the answers of api.weixin.qq.com mean to the courier; 微信客服 has codes of its own.
REFUSALS: dict[int, type[DeliveryRefused]] = {
    40200: NotThisWay,
    43004: Unfollowed,
    45002: TooLong,
    45015: WindowClosed,
    45047: RepliesSpent,
}


def refusal(code: int, reason: str) -> DeliveryRefused:
    """The exception for a refusal by api.weixin.qq.com. `reason`: in words for agents."""
    return REFUSALS.get(code, DeliveryRefused)(str(code), reason)


@dataclass(frozen=True)
class Reminder:
    """That something waits which the service does not let through. Says nothing of what it is.

    `key`: the same for every try of this reminder. `held`: how many messages wait. `agent`: who wrote, "" for the bot.
    """

    key: str
    conversation_id: str
    inbox_name: str
    held: int
    agent: str = ""


# What `account` returns and gets back: settings and opened secrets of one inbox.
AccountT = TypeVar("AccountT")


class Carrier(Protocol[AccountT]):
    """One of WeChat's services. `channel`: its name in our data; `rules`: what it allows."""

    channel: str
    rules: Rules

    async def account(self, session: AsyncSession, inbox: Inbox) -> AccountT:
        """The account behind the inbox, for one delivery."""
        ...

    def render(
        self,
        account: AccountT,
        message_id: str,
        content: Content,
        *,
        plain: bool = False,
        own: bool = True,
    ) -> Rendered:
        """The bubbles for `content`. `plain`: with texts alone, since the account may not send more (NotThisWay).

        `own`: it may be the citizen's own data, which is put on no page that opens without a login.
        """
        ...

    async def send(self, account: AccountT, address: str, bubble: Bubble, *, key: str) -> None:
        """Show one bubble to the citizen. Returning means: the service took it.

        `key`: at most 32 of [0-9A-Za-z_-], the same whenever this bubble is tried again: under it a service
        reports later that showing it failed (`rules.reported`).
        Raises DeliveryRefused or one of the above (certainly not shown), ApiFailed (certainly not shown, later it may
        be), ApiUnsure (it may have been shown). Anything that has to be asked for first (a token, the upload of a
        file) raises ApiFailed, never ApiUnsure. Our own database is asked before, or after a refusal: its errors
        mean that nothing was shown.
        """
        ...

    async def typing(self, account: AccountT, address: str) -> None:
        """Let the citizen see that somebody writes. Costs no reply; what goes wrong does not matter."""
        ...

    async def remind(self, account: AccountT, address: str, reminder: Reminder) -> bool:
        """Tell the citizen outside the windows that something waits; False: there is no way (none set up, none
        agreed to, refused). Raises ApiFailed (try again later), ApiUnsure (counts as told)."""
        ...
