"""Colleagues beside the owner of a conversation: ask to join, invite, answer, step out. One transaction each.

The citizen is told who has joined and who has gone, because they hear them talk; who only looks in leaves no trace.
"""

from __future__ import annotations

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.auth.service import account_names
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.errors import Conflict, InvalidInput, NotFound
from core.events import TeamUpdated
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import check_owner, check_readable
from handoff.desk.team import repository
from handoff.desk.team.models import ParticipantState
from handoff.desk.team.state import publish_team, read_team, tell


class NobodyServes(Conflict):
    code, default_message = "not_served", "会话现在没有人接待，不需要加入，可以直接接入。"


class NothingAsked(Conflict):
    code, default_message = "nothing_asked", "这个请求已经处理过了。"


class AlreadyThere(Conflict):
    code, default_message = "already_joined", "对方已经在这个会话里了。"


class Colleagues:
    """Every method checks who may, and returns how things stand after the commit."""

    def __init__(self, *, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    # ---- looking -------------------------------------------------------------------------------

    async def of_conversation(self, conversation_id: str, actor: Actor) -> TeamUpdated:
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            await check_readable(session, conversation, actor)
            return await read_team(session, conversation)

    async def mine(self, actor: Actor) -> list[TeamUpdated]:
        """Where somebody waits for the actor's word, and beside whom they stand: for a page just opened."""
        async with self._uows.read() as session:
            concerning = await repository.concerning(session, actor.account_id)
            return [await read_team(session, conversation) for conversation in concerning]

    async def takes_part(self, conversation_id: str, actor: Actor) -> bool:
        """Whether the actor has joined; who has, goes on hearing what they do not look at."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
            row = await repository.participant(session, conversation, actor.account_id)
            return row is not None and row.state == "joined"

    async def seen(self, conversation_id: str, actor: Actor) -> None:
        """The actor has opened the conversation: their mentions in it are no longer new."""
        async with self._uows.read() as session:
            me = actor.account_id
            if not await repository.has_unseen_mention(session, conversation_id, me):
                return
        async with self._uows.write() as uow:
            now = uow.clock.now()
            await repository.see_mentions(uow.session, conversation_id, actor.account_id, now)

    # ---- joining -------------------------------------------------------------------------------

    async def ask(self, conversation_id: str, actor: Actor) -> TeamUpdated:
        """Ask the owner; who was invited, or supervises, joins at once. Raises NobodyServes, AlreadyThere."""
        async with self._uows.write() as uow:
            conversation = await self._served(uow, conversation_id, actor)
            row = await repository.participant(uow.session, conversation, actor.account_id)
            if conversation.owner_id == actor.account_id or (row and row.state == "joined"):
                raise AlreadyThere("您已经在这个会话里了。")
            if actor.may(Permission.CONVERSATION_SUPERVISE) or (row and row.state == "invited"):
                await self._joined(uow, conversation, actor.account_id, actor.name, by=actor)
            else:
                await self._put(uow, conversation, actor.account_id, "asked", by=actor)
                assert conversation.owner_id is not None
                tell(
                    uow, conversation.owner_id, "join_asked", f"{actor.name}请求加入会话。",
                    conversation_id=conversation.id, agent_id=actor.account_id,
                )  # fmt: skip
            return await publish_team(uow, conversation)

    async def invite(self, conversation_id: str, actor: Actor, agent_id: str) -> TeamUpdated:
        """The owner asks a colleague in, who may read it from now on. Raises NotOwner, NotFound, AlreadyThere."""
        async with self._uows.write() as uow:
            conversation = await self._served(uow, conversation_id, actor)
            check_owner(conversation, actor)
            if agent_id == actor.account_id:
                raise InvalidInput("不能邀请自己。", field="agent_id")
            if await repository.serving_account(uow.session, agent_id) is None:
                raise NotFound("没有这个坐席。", what="agent")
            row = await repository.participant(uow.session, conversation, agent_id)
            if row is not None and row.state == "joined":
                raise AlreadyThere()
            if row is not None and row.state == "asked":
                return await self._answered(uow, conversation, agent_id, accept=True, by=actor)
            await self._put(uow, conversation, agent_id, "invited", by=actor)
            tell(
                uow, agent_id, "join_invited", f"{actor.name}邀请您加入会话。",
                conversation_id=conversation.id, agent_id=actor.account_id,
            )  # fmt: skip
            return await publish_team(uow, conversation)

    async def answer(
        self, conversation_id: str, actor: Actor, *, accept: bool, agent_id: str | None = None
    ) -> TeamUpdated:
        """The owner answers who asked (`agent_id`), or the invited answer for themselves. Raises NothingAsked."""
        async with self._uows.write() as uow:
            conversation = await self._served(uow, conversation_id, actor)
            if agent_id is not None:
                check_owner(conversation, actor)
                return await self._answered(uow, conversation, agent_id, accept=accept, by=actor)
            row = await repository.participant(uow.session, conversation, actor.account_id)
            if row is None or row.state != "invited":
                raise NothingAsked()
            if accept:
                await self._joined(uow, conversation, actor.account_id, actor.name, by=actor)
            else:
                await self._put(uow, conversation, actor.account_id, "declined", by=actor)
                assert conversation.owner_id is not None
                tell(
                    uow, conversation.owner_id, "join_declined", f"{actor.name}没有接受加入会话的邀请。",
                    conversation_id=conversation.id, agent_id=actor.account_id,
                )  # fmt: skip
            return await publish_team(uow, conversation, also=[actor.account_id])

    async def step_out(self, conversation_id: str, actor: Actor) -> TeamUpdated:
        """No longer take part, or withdraw the wish to. Without either nothing happens."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_readable(uow.session, conversation, actor)
            row = await repository.participant(uow.session, conversation, actor.account_id)
            if row is None or row.state not in repository.PRESENT:
                return await read_team(uow.session, conversation)
            was = row.state
            await self._put(uow, conversation, actor.account_id, "left", by=actor)
            if was == "joined" and conversation.status != ConversationStatus.CLOSED:
                text = f"工作人员{actor.name}离开了会话。"
                await self._line(uow, conversation, "colleague_left", text)
            return await publish_team(uow, conversation, also=[actor.account_id])

    # ---- steps ---------------------------------------------------------------------------------

    async def _served(self, uow: UnitOfWork, conversation_id: str, actor: Actor) -> Conversation:
        """The conversation, locked, readable and served by somebody."""
        conversation = await thread.load_for_update(uow, conversation_id)
        await check_readable(uow.session, conversation, actor)
        if conversation.status != ConversationStatus.ASSIGNED:
            raise NobodyServes()
        return conversation

    async def _answered(
        self, uow: UnitOfWork, conversation: Conversation, agent_id: str, *, accept: bool, by: Actor
    ) -> TeamUpdated:
        row = await repository.participant(uow.session, conversation, agent_id)
        if row is None or row.state != "asked":
            raise NothingAsked()
        if accept:
            name = (await account_names(uow.session, [agent_id])).get(agent_id, "")
            await self._joined(uow, conversation, agent_id, name, by=by)
            code, text = "join_accepted", f"{by.name}同意您加入会话。"
        else:
            await self._put(uow, conversation, agent_id, "declined", by=by)
            code, text = "join_declined", f"{by.name}没有同意您加入会话。"
        tell(uow, agent_id, code, text, conversation_id=conversation.id, agent_id=by.account_id)
        return await publish_team(uow, conversation, also=[agent_id])

    async def _joined(
        self, uow: UnitOfWork, conversation: Conversation, agent_id: str, name: str, *, by: Actor
    ) -> None:
        await self._put(uow, conversation, agent_id, "joined", by=by)
        await self._line(uow, conversation, "colleague_joined", f"工作人员{name}加入了会话。")

    async def _line(
        self, uow: UnitOfWork, conversation: Conversation, kind: str, text: str
    ) -> None:
        await thread.append(uow, conversation, thread.SYSTEM, ActivityContent(kind=kind, text=text))

    async def _put(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        agent_id: str,
        state: ParticipantState,
        *,
        by: Actor,
    ) -> None:
        await repository.put_participant(uow, conversation, agent_id, state, by=by.account_id)
        audit.record(
            uow, actor=by.account_id, action=f"conversation.colleague_{state}",
            subject=f"conversation:{conversation.id}", agent=agent_id,
        )  # fmt: skip
