"""@mentions in private notes. Called by Talking inside its transaction.

Whoever may read a conversation may mention anybody who serves: being mentioned lets them read it as well. Without that
a colleague of another group could not be asked for help; that it happened is in the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence

from core import audit
from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation.models import Conversation, Message
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork
from handoff.desk.team import repository
from handoff.desk.team.models import Mention
from handoff.desk.team.state import tell

MOST = 20
# In the meta of a message, where the reading of it finds them (core.conversation.schemas).
MENTIONS = "mentions"


class MentionRefused(InvalidInput):
    """Details: `mentions`, the ids that were refused."""

    code, default_message = "mention_refused", "只能在内部备注里提到能接待市民的同事。"


async def check_mentions(
    uow: UnitOfWork, ids: Sequence[str], actor: Actor, *, private: bool
) -> list[Account]:
    """Those mentioned, each once and not oneself. Raises MentionRefused."""
    wanted = [each for each in dict.fromkeys(ids) if each != actor.account_id]
    if not wanted:
        return []
    if not private or len(wanted) > MOST:
        raise MentionRefused(mentions=wanted[:MOST])
    found = {row.id: row for row in await repository.serving_accounts(uow.session, wanted)}
    strangers = [each for each in wanted if each not in found]
    if strangers:
        raise MentionRefused(mentions=strangers)
    return [found[each] for each in wanted]


async def keep_mentions(
    uow: UnitOfWork,
    conversation: Conversation,
    message: Message,
    mentioned: Sequence[Account],
    actor: Actor,
) -> None:
    """Remember and tell them."""
    if not mentioned:
        return
    await uow.session.flush()
    for account in mentioned:
        row = Mention(
            message_id=message.id, agent_id=account.id, conversation_id=conversation.id,
            at=uow.clock.now(),
        )  # fmt: skip
        uow.session.add(row)
        tell(
            uow, account.id, "mentioned", f"{actor.name}在会话备注里提到了您。",
            conversation_id=conversation.id, message_id=message.id, agent_id=actor.account_id,
        )  # fmt: skip
    audit.record(
        uow, actor=actor.account_id, action="conversation.mentioned",
        subject=f"conversation:{conversation.id}", agents=[each.id for each in mentioned],
    )  # fmt: skip
