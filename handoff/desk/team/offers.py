"""Answering a transfer: accept, decline, take back, and what happens when nobody answers. One transaction each."""

from __future__ import annotations

from typing import Any

from core.auth.actor import Actor
from core.conversation import thread
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus
from core.errors import CapacityReached
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import check_in_charge
from handoff.desk.team import repository
from handoff.desk.team.handing import GROUP_TIMER, OFFER_TIMER, Handing, TransferGone
from handoff.desk.team.moving import add_line, clean
from handoff.desk.team.state import publish_team, tell
from handoff.desk.team.targets import find_target, lock_target

__all__ = ["GROUP_TIMER", "OFFER_TIMER", "Offers"]


class Offers:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(self, *, uows: UnitOfWorkFactory, handing: Handing) -> None:
        self._uows = uows
        self._handing = handing

    async def accept(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """It becomes the actor's. Raises TransferGone, CapacityReached.

        The races: the citizen closes, the sender takes it back or the time runs out at the same moment. All of them
        hold the conversation's lock, and whoever comes second finds another epoch or no open offer. A desk that has
        become full meanwhile is refused under the profile's lock; the offer stays open, so that the agent can end a
        conversation and accept.
        """
        async with self._uows.write() as uow:
            target = await lock_target(uow, actor.account_id)
            conversation = await thread.load_for_update(uow, conversation_id)
            transfer = await self._handing.offered(uow, conversation)
            if transfer.to_agent != actor.account_id:
                raise TransferGone()
            if not target.target.has_room:
                raise CapacityReached(capacity=target.profile.capacity)
            await self._handing.move(uow, conversation, transfer, target, by=actor)
            return await thread.read_conversation(uow.session, conversation)

    async def decline(self, conversation_id: str, actor: Actor, reason: str) -> None:
        """It stays where it is, and the sender is told. Raises TransferGone."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            transfer = await self._handing.offered(uow, conversation)
            if transfer.to_agent != actor.account_id:
                raise TransferGone()
            reason = clean(reason)
            said = f"{actor.name}没有接受转接{f'：{reason}' if reason else '。'}"
            await add_line(uow, conversation, "transfer_declined", said)
            tell(
                uow, transfer.from_agent, "transfer_declined", said,
                conversation_id=conversation.id, agent_id=actor.account_id,
            )  # fmt: skip
            await self._handing.end(
                uow, conversation, transfer, "declined", actor=actor.account_id, reason=reason
            )

    async def cancel(self, conversation_id: str, actor: Actor) -> None:
        """Take the offer back. Raises NotOwner, TransferGone."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_in_charge(uow.session, conversation, actor)
            transfer = await self._handing.offered(uow, conversation)
            await self._handing.end(
                uow, conversation, transfer, "cancelled", actor=actor.account_id
            )

    # ---- timers --------------------------------------------------------------------------------

    async def on_offer_due(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: the colleague has not answered. It stays with the sender, who is told."""
        conversation = await thread.load_for_update(uow, subject)
        pending = await repository.pending_transfer(uow.session, conversation.id)
        if pending is None or pending.to_agent is None or pending.expires_at > uow.clock.now():
            return
        if pending.epoch != conversation.epoch:
            await self._handing.settle(uow, conversation, pending)
            return
        await add_line(uow, conversation, "transfer_expired", "对方没有及时答复，转接已取消。")
        tell(
            uow, pending.from_agent, "transfer_expired", "对方没有及时答复，会话仍由您接待。",
            conversation_id=conversation.id, agent_id=pending.to_agent,
        )  # fmt: skip
        await self._handing.end(uow, conversation, pending, "expired", actor="system")

    async def lock_group_return(self, uow: UnitOfWork, subject: str) -> None:
        """The sender's profile, then the conversation: the order of locks when somebody may get it."""
        pending = await repository.pending_transfer(uow.session, subject)
        if pending is not None and pending.to_group is not None:
            await find_target(uow, pending.from_agent)
        await thread.load_for_update(uow, subject)

    async def on_group_due(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: nobody of the group has taken it. The sender gets it back if they can have it.

        Away, at rest or full: it goes on waiting, for the group and with its priority.
        """
        conversation = await thread.load_for_update(uow, subject)
        pending = await repository.pending_transfer(uow.session, conversation.id)
        if pending is None or pending.to_group is None or pending.expires_at > uow.clock.now():
            return
        if pending.epoch != conversation.epoch or conversation.status != ConversationStatus.QUEUED:
            await self._handing.settle(uow, conversation, pending)
            return
        await repository.end_transfer(uow, pending, "expired")
        sender = await find_target(uow, pending.from_agent)
        there = sender is not None and sender.target.status in ("online", "wrap_up")
        if sender is None or not there or not sender.target.has_room:
            await publish_team(uow, conversation, also=[pending.from_agent])
            return
        try:
            await self._handing.moving.out_of_queue(
                uow, conversation, sender.profile, name=sender.account.name
            )
        except CapacityReached:
            await publish_team(uow, conversation, also=[pending.from_agent])
            return
        tell(
            uow, sender.account.id, "transfer_returned", "技能组没有人接手，会话回到您这里。",
            conversation_id=conversation.id,
        )  # fmt: skip
        await publish_team(uow, conversation)
