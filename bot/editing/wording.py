"""Writing reply texts and regression sentences; audited and counted like intents."""

from __future__ import annotations

from bot.editing.catalogue import ShippedReply, shipped
from bot.editing.errors import ExampleTaken, LimitReached
from bot.editing.intents import require_known, require_seen
from bot.editing.models import BotRegression, BotReply
from bot.editing.repository import EditingRepository
from bot.editing.schemas import ReplyUpdate, SentenceCreate
from bot.editing.texts import key_of, strange_words
from core import audit
from core.errors import InvalidInput, NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork

MAX_REGRESSION = 2000


def shipped_reply(name: str) -> ShippedReply:
    """Raises NotFound."""
    found = shipped().replies.get(name)
    if found is None:
        raise NotFound("没有这个回复文字。", reply=name)
    return found


async def change_reply(uow: UnitOfWork, name: str, body: ReplyUpdate, *, actor: str) -> None:
    """Say `body.variants` in place of the shipped text. Raises NotFound, InvalidInput, BotChanged."""
    reply = shipped_reply(name)
    if any(strange_words(text, reply.words) for text in body.variants):
        allowed = "、".join(f"{{{word}}}" for word in reply.words)
        raise InvalidInput(
            f"花括号里只能用：{allowed}。" if allowed else "不能含有花括号 { }。", field="variants"
        )
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    row = await repository.reply(name)
    require_seen(row.edit if row else 0, body.edit, row.updated_by if row else "")
    now = uow.clock.now()
    if row is None:
        row = BotReply(name=name, variants=body.variants, edit=1, updated_by=actor, updated_at=now)
        uow.session.add(row)
    else:
        row.variants, row.edit = body.variants, row.edit + 1
        row.updated_by, row.updated_at = actor, now
    await uow.session.flush()
    audit.record(
        uow, actor=actor, action="bot.reply_changed", subject=f"bot_reply:{name}",
        edit=row.edit, variants=len(body.variants),
    )  # fmt: skip


async def reset_reply(uow: UnitOfWork, name: str, *, edit: int, actor: str) -> None:
    """Back to the shipped text. Raises NotFound, BotChanged."""
    shipped_reply(name)
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    row = await repository.reply(name)
    if row is None:
        return
    require_seen(row.edit, edit, row.updated_by)
    await uow.session.delete(row)
    await uow.session.flush()
    audit.record(uow, actor=actor, action="bot.reply_reset", subject=f"bot_reply:{name}")


async def add_sentence(uow: UnitOfWork, body: SentenceCreate, *, actor: str) -> BotRegression:
    """A regression sentence. Raises IntentUnknown, ExampleTaken when it is trained on or there already."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    await require_known(repository, body.intent)
    catalogue, key = shipped(), key_of(body.text)
    if len(await repository.regression()) >= MAX_REGRESSION:
        raise LimitReached(f"最多 {MAX_REGRESSION} 条回归句。", limit=MAX_REGRESSION)
    if key in catalogue.owners or await repository.examples_by_key([key]):
        raise ExampleTaken("这句话已是例句；模型学过的句子不能用来检验它。", reason="example")
    there = key in {key_of(s.text) for s in catalogue.regression}
    if there or await repository.regression_by_key([key]):
        raise ExampleTaken("已有这句回归句。", reason="regression")
    row = BotRegression(
        id=new_id(), intent=body.intent, text=body.text, text_key=key, created_by=actor,
        created_at=uow.clock.now(),
    )  # fmt: skip
    uow.session.add(row)
    await uow.session.flush()
    audit.record(
        uow, actor=actor, action="bot.regression_added", subject=f"bot_intent:{body.intent}",
        sentence=row.id,
    )  # fmt: skip
    return row


async def delete_sentence(uow: UnitOfWork, sentence_id: str, *, actor: str) -> None:
    """Raises NotFound."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    row = await repository.regression_sentence(sentence_id)
    await uow.session.delete(row)
    await uow.session.flush()
    audit.record(
        uow, actor=actor, action="bot.regression_deleted", subject=f"bot_intent:{row.intent}",
        sentence=sentence_id,
    )  # fmt: skip
