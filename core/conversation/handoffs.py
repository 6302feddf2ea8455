"""Steps the engine and the turns share: ask people in, and close. Inside the caller's transaction."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.conversation import thread
from core.conversation.content import Choice, ChoicesContent, Content, TextContent
from core.conversation.models import Conversation
from core.conversation.past import TURN
from core.conversation.ports import Admission, Desk, HandoffDecision
from core.conversation.schemas import Author
from core.conversation.status import ConversationStatus, Trigger
from core.unit_of_work import UnitOfWork

BOT_AUTHOR = Author(kind="bot", name="智能助手")
REGISTER = Choice(label="登记投诉", value="我要登记投诉")


async def hand_off(
    uow: UnitOfWork,
    desk: Desk,
    conversation: Conversation,
    decision: HandoffDecision,
    *,
    meta: dict[str, Any] | None = None,
) -> bool:
    """Put the conversation into the queue, or tell the citizen why not. Returns whether it was queued.

    `meta`: of the turn that led to it (past.meta_of), where no reply of the bot carries it.
    """
    conversation.handoff = asdict(decision)
    conversation.business = decision.category or conversation.business
    admission = await desk.admit(uow, conversation, decision)
    if not admission.admitted:
        await thread.append(uow, conversation, BOT_AUTHOR, _not_now(admission, decision), meta=meta)
        return False
    pressed = "button" in (decision.rule, decision.evidence.get("wish"))
    await thread.transition(
        uow, conversation, Trigger.HANDED_OFF, actor="visitor" if pressed else "bot",
        text=admission.text, data={"rule": decision.rule},
        meta={TURN: meta} if meta else {"pressed": True} if pressed else None,
    )  # fmt: skip
    return True


async def close_conversation(
    uow: UnitOfWork,
    desk: Desk,
    conversation: Conversation,
    *,
    actor: str,
    text: str,
) -> None:
    """Close, leave the queue if waiting, and let the desk invite the rating."""
    before, owner = conversation.status, conversation.owner_id
    shown = await desk.parting(uow, conversation)
    await thread.transition(uow, conversation, Trigger.CLOSED, actor=actor, text=text, shown=shown)
    if before == ConversationStatus.QUEUED:
        await desk.leave_queue(uow, conversation, "closed")
    await desk.on_closed(uow, conversation, owner)


def _not_now(admission: Admission, decision: HandoffDecision) -> Content:
    """Nobody takes it now. A complaint can be registered at once; the bot's task does that."""
    if decision.evidence.get("reason") == "complaint":
        return ChoicesContent(text=admission.text, choices=[REGISTER])
    return admission.offer or TextContent(text=admission.text)
