"""Saved replies: who may use and who may change which."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission, check
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import new_id
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents.models import SkillGroup
from handoff.saved_replies import repository
from handoff.saved_replies.initials import initials_of
from handoff.saved_replies.models import SavedReply
from handoff.saved_replies.schemas import (
    RepliesImported,
    ReplyGroup,
    ReplyRefused,
    SavedReplyList,
    SavedReplyRead,
    SavedReplyWrite,
    Scope,
)
from handoff.saved_replies.sheets import SheetRow
from handoff.saved_replies.variables import VARIABLES, unknown

# More than anybody finds again; all that an agent may use are sent to the desk at once.
MOST = {"shared": 500, "group": 500, "own": 200}


class ShortcutTaken(Conflict):
    """Details: `field`."""

    code, default_message = "shortcut_taken", "这里已经有一条快捷回复用了这个快捷码。"


class TooManyReplies(Conflict):
    """Details: `limit`."""

    code, default_message = "too_many_replies", "快捷回复太多了，请先删除不用的。"


class UnknownVariable(InvalidInput):
    """Details: `field`, `variables`."""

    code = "unknown_variable"


class SavedReplies:
    def __init__(self, uows: UnitOfWorkFactory, words: SensitiveWords | None = None) -> None:
        """`words`: what agents may not send, and so cannot save either."""
        self._uows = uows
        self._words = words or SensitiveWords()

    async def of(self, actor: Actor) -> SavedReplyList:
        """All the actor may use."""
        shares = actor.may(Permission.SAVED_REPLY_SHARE)
        async with self._uows.read() as session:
            rows = await repository.usable(session, actor.account_id, every_group=shares)
            groups = await repository.groups(session, actor.account_id, every_group=shares)
        names = {group.id: group.name for group in groups}
        return SavedReplyList(
            items=[
                SavedReplyRead.of(
                    row,
                    group_name=names.get(row.group_id or ""),
                    editable=shares or row.scope == "own",
                )
                for row in rows
            ],
            groups=[ReplyGroup(id=group.id, name=group.name) for group in groups],
        )

    async def create(self, body: SavedReplyWrite, actor: Actor) -> SavedReplyRead:
        """Raises PermissionDenied, ShortcutTaken, UnknownVariable, WordsBlocked, TooManyReplies."""
        async with self._uows.write() as uow:
            shelf = await self._shelf(uow.session, body.scope, body.group_id, actor)
            if len(shelf) >= MOST[body.scope]:
                raise TooManyReplies(limit=MOST[body.scope])
            row = SavedReply(id=new_id(), uses=0)
            self._put(uow, row, body, shelf, actor)
            uow.session.add(row)
            _note(uow, row, "created", actor)
            return await _read(uow, row)

    async def change(self, reply_id: str, body: SavedReplyWrite, actor: Actor) -> SavedReplyRead:
        """As create; a reply may move to another shelf. Raises NotFound as well."""
        async with self._uows.write() as uow:
            row = await self._editable(uow, reply_id, actor)
            shelf = await self._shelf(uow.session, body.scope, body.group_id, actor)
            self._put(uow, row, body, shelf, actor)
            _note(uow, row, "changed", actor)
            return await _read(uow, row)

    async def remove(self, reply_id: str, actor: Actor) -> None:
        async with self._uows.write() as uow:
            row = await self._editable(uow, reply_id, actor)
            await uow.session.delete(row)
            _note(uow, row, "deleted", actor)

    async def used(self, reply_id: str, actor: Actor) -> None:
        """It was put into a message: what is used most is offered first."""
        shares = actor.may(Permission.SAVED_REPLY_SHARE)
        async with self._uows.write(brief=True) as uow:
            found = await repository.count_use(
                uow.session, reply_id, actor.account_id, every_group=shares
            )
        if not found:
            raise NotFound("没有找到这条快捷回复。", what="saved_reply")

    async def shelf(self, scope: Scope, group_id: str | None, actor: Actor) -> Sequence[SavedReply]:
        """One shelf, to be written to a file."""
        async with self._uows.read() as session:
            return await self._shelf(session, scope, group_id, actor, writing=False)

    async def take_in(
        self, rows: Sequence[SheetRow], scope: Scope, group_id: str | None, actor: Actor
    ) -> RepliesImported:
        """Put the rows of a file on a shelf: known by shortcut, else by title, they change what is there."""
        result = RepliesImported(added=0, changed=0, unchanged=0, refused=[])
        async with self._uows.write() as uow:
            shelf = list(await self._shelf(uow.session, scope, group_id, actor))
            for row in rows:
                try:
                    outcome = self._take_in(uow, row, shelf, scope, group_id, actor)
                except ValidationError as wrong:
                    result.refused.append(ReplyRefused(row=row.number, reason=_reason(wrong)))
                except (InvalidInput, Conflict) as wrong:
                    result.refused.append(ReplyRefused(row=row.number, reason=wrong.message))
                else:
                    setattr(result, outcome, getattr(result, outcome) + 1)
            audit.record(
                uow, actor=actor.account_id, action="saved_reply.imported",
                subject=f"saved_replies:{scope}", group=group_id, added=result.added,
                changed=result.changed,
            )  # fmt: skip
        return result

    def _take_in(
        self,
        uow: UnitOfWork,
        row: SheetRow,
        shelf: list[SavedReply],
        scope: Scope,
        group_id: str | None,
        actor: Actor,
    ) -> str:
        body = SavedReplyWrite(
            scope=scope, group_id=group_id, shortcut=row.shortcut, title=row.title, text=row.text,
            category=row.category, position=row.number,
        )  # fmt: skip
        known = next((r for r in shelf if body.shortcut and r.shortcut == body.shortcut), None)
        known = known or next((r for r in shelf if r.title == body.title), None)
        if known is not None:
            same = all(
                getattr(known, name) == getattr(body, name)
                for name in ("shortcut", "title", "text", "category")
            )
            if same:
                return "unchanged"
            self._put(uow, known, body, shelf, actor)
            return "changed"
        if len(shelf) >= MOST[scope]:
            raise TooManyReplies(limit=MOST[scope])
        added = SavedReply(id=new_id(), uses=0)
        self._put(uow, added, body, shelf, actor)
        uow.session.add(added)
        shelf.append(added)
        return "added"

    async def _shelf(
        self,
        session: AsyncSession,
        scope: Scope,
        group_id: str | None,
        actor: Actor,
        *,
        writing: bool = True,
    ) -> Sequence[SavedReply]:
        """What stands on a shelf the actor may write to. Raises PermissionDenied, NotFound."""
        if scope == "own":
            return await repository.of_shelf(session, scope, None, actor.account_id)
        if writing:
            check(actor.role, Permission.SAVED_REPLY_SHARE)
        if scope == "group":
            shares = actor.may(Permission.SAVED_REPLY_SHARE)
            mine = await repository.groups(session, actor.account_id, every_group=shares)
            if group_id not in {group.id for group in mine}:
                raise NotFound("没有找到这个技能组。", what="group", field="group_id")
        return await repository.of_shelf(session, scope, group_id, None)

    @staticmethod
    async def _editable(uow: UnitOfWork, reply_id: str, actor: Actor) -> SavedReply:
        row = await uow.session.get(SavedReply, reply_id, with_for_update=True)
        if row is None or (row.scope == "own" and row.owner_id != actor.account_id):
            raise NotFound("没有找到这条快捷回复。", what="saved_reply")
        if row.scope != "own":
            check(actor.role, Permission.SAVED_REPLY_SHARE)
        return row

    def _put(
        self,
        uow: UnitOfWork,
        row: SavedReply,
        body: SavedReplyWrite,
        shelf: Sequence[SavedReply],
        actor: Actor,
    ) -> None:
        self._words.check_agent(body.text, field="text")
        wrong = unknown(body.text)
        if wrong:
            names = "、".join(f"{{{name}}}" for name in wrong)
            offered = "".join(f"{{{name}}}" for name in VARIABLES)
            raise UnknownVariable(
                f"{names} 不是可用的变量，可用的有：{offered}。", field="text", variables=wrong
            )
        taken = any(other.shortcut == body.shortcut for other in shelf if other.id != row.id)
        if body.shortcut and taken:
            raise ShortcutTaken(field="shortcut")
        row.scope, row.group_id = body.scope, body.group_id
        row.owner_id = actor.account_id if body.scope == "own" else None
        row.shortcut, row.title, row.text = body.shortcut, body.title, body.text
        row.category, row.position = body.category, body.position
        row.initials = initials_of(body.title)
        row.updated_at, row.updated_by = uow.clock.now(), actor.account_id


async def _read(uow: UnitOfWork, row: SavedReply) -> SavedReplyRead:
    group = await uow.session.get(SkillGroup, row.group_id) if row.group_id else None
    return SavedReplyRead.of(row, group_name=group.name if group else None, editable=True)


def _note(uow: UnitOfWork, row: SavedReply, what: str, actor: Actor) -> None:
    """What others use is audited; one's own is nobody's business."""
    if row.scope != "own":
        audit.record(
            uow, actor=actor.account_id, action=f"saved_reply.{what}",
            subject=f"saved_reply:{row.id}", scope=row.scope,
        )  # fmt: skip


_FIELDS = {"shortcut": "快捷码", "title": "标题", "text": "内容", "category": "分类"}


def _reason(wrong: ValidationError) -> str:
    """Which columns are not as they should be; never what is in them."""
    names = [str(each["loc"][0]) for each in wrong.errors(include_input=False) if each["loc"]]
    columns = "、".join(dict.fromkeys(_FIELDS.get(name, name) for name in names))
    return f"“{columns}”为空、太长或含有不能用的字符。"
