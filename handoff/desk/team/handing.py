"""The steps of a transfer, shared by those who hand on and those who answer. Inside the caller's transaction.

While an offer is open the conversation stays where it is: the citizen goes on being served. An offer is void as soon
as the conversation's epoch is another one, so nobody who moves, closes or releases it has to know of offers.
"""

from __future__ import annotations

from datetime import timedelta

from core import audit
from core.auth.actor import Actor
from core.auth.models import Account
from core.conversation.models import Conversation
from core.conversation.status import Trigger
from core.errors import Conflict
from core.ids import new_id
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork
from handoff.desk.team import repository
from handoff.desk.team.models import Transfer, TransferState
from handoff.desk.team.moving import Moving, add_note, author_of, clean
from handoff.desk.team.state import publish_team, tell
from handoff.desk.team.targets import Locked
from handoff.routing.reasons import handed_over_step, reassigned_step

OFFER_TIMER = "transfer.offer"
GROUP_TIMER = "transfer.group"


class TransferPending(Conflict):
    code, default_message = "transfer_pending", "这个会话正在转接，请等对方答复，或先撤回。"


class TransferGone(Conflict):
    """Declined, taken back, run out of time, or the conversation went another way."""

    code, default_message = "transfer_gone", "这次转接已经失效。"


class Handing:
    def __init__(self, moving: Moving) -> None:
        self.moving = moving

    def new(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        actor: Actor,
        *,
        note: str,
        lasting: timedelta,
        to_agent: str | None = None,
        to_group: str | None = None,
    ) -> Transfer:
        """A pending transfer from its owner. `none_pending` must have been asked before."""
        assert conversation.owner_id is not None
        now = uow.clock.now()
        transfer = Transfer(
            id=new_id(), conversation_id=conversation.id, from_agent=conversation.owner_id,
            by=actor.account_id, to_agent=to_agent, to_group=to_group, note=clean(note),
            state="pending", epoch=conversation.epoch, created_at=now, expires_at=now + lasting,
            reason="",
        )  # fmt: skip
        uow.session.add(transfer)
        return transfer

    async def none_pending(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """Raise TransferPending, unless what is pending is void by now; then it is ended."""
        pending = await repository.pending_transfer(uow.session, conversation.id)
        if pending is None:
            return
        if pending.epoch == conversation.epoch:
            raise TransferPending()
        await self.settle(uow, conversation, pending)

    async def settle(self, uow: UnitOfWork, conversation: Conversation, pending: Transfer) -> None:
        """End one whose conversation has moved on: claimed from the group's queue, or gone another way."""
        claimed = pending.to_group is not None and pending.epoch + 1 == conversation.epoch
        if claimed and conversation.owner_id is not None:
            pending.epoch = conversation.epoch
            await repository.end_transfer(uow, pending, "accepted")
        else:
            await repository.end_transfer(uow, pending, "void")

    async def offered(self, uow: UnitOfWork, conversation: Conversation) -> Transfer:
        """The offer to an agent that is open now. Raises TransferGone."""
        pending = await repository.pending_transfer(uow.session, conversation.id)
        if pending is None or pending.to_agent is None or pending.epoch != conversation.epoch:
            raise TransferGone()
        if pending.expires_at <= uow.clock.now():
            raise TransferGone()
        return pending

    async def offer(
        self, uow: UnitOfWork, conversation: Conversation, transfer: Transfer, actor: Actor
    ) -> None:
        """Wait for the colleague's word, not longer than `expires_at`."""
        await uow.session.flush()
        assert transfer.to_agent is not None
        await set_timer(uow, OFFER_TIMER, conversation.id, transfer.expires_at)
        self.note_down(uow, transfer, "offered", actor.account_id)
        tell(
            uow, transfer.to_agent, "transfer_offered", f"{actor.name}请您接手一个会话。",
            conversation_id=conversation.id, agent_id=actor.account_id,
        )  # fmt: skip
        await publish_team(uow, conversation)

    async def move(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        transfer: Transfer,
        target: Locked,
        *,
        by: Actor,
    ) -> None:
        """The target owns it now. `by`: who acted, the sender or the one who accepts."""
        writer = await uow.session.get(Account, transfer.by)
        named = writer.name if writer is not None else ""
        reassigned = transfer.by != transfer.from_agent
        await self.moving.to_agent(
            uow, conversation, target.profile, Trigger.TRANSFERRED, by=transfer.by,
            text=f"已为您转接给{target.account.name}，请稍候。",
            step=reassigned_step(named) if reassigned else handed_over_step(named),
        )  # fmt: skip
        if writer is not None:
            # Only now: an offer that was declined has told the thread nothing.
            await add_note(uow, conversation, author_of(writer), "转接说明", transfer.note)
        transfer.epoch = conversation.epoch
        await repository.end_transfer(uow, transfer, "accepted")
        await cancel_timer(uow, OFFER_TIMER, conversation.id)
        sender = transfer.from_agent
        if sender != by.account_id:
            tell(
                uow, sender, "transfer_accepted", f"{target.account.name}接手了您的会话。",
                conversation_id=conversation.id, agent_id=target.account.id,
            )  # fmt: skip
        await publish_team(uow, conversation, also=[sender])

    async def end(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        transfer: Transfer,
        state: TransferState,
        *,
        actor: str,
        reason: str = "",
    ) -> None:
        """The offer is over and the conversation stays where it is."""
        await repository.end_transfer(uow, transfer, state, reason=reason)
        await cancel_timer(uow, OFFER_TIMER, conversation.id)
        self.note_down(uow, transfer, state, actor)
        await publish_team(uow, conversation, also=[transfer.to_agent])

    def note_down(self, uow: UnitOfWork, transfer: Transfer, what: str, actor: str) -> None:
        audit.record(
            uow, actor=actor, action=f"conversation.transfer_{what}",
            subject=f"conversation:{transfer.conversation_id}",
            agent=transfer.to_agent, group=transfer.to_group,
        )  # fmt: skip
