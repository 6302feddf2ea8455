"""Writing intents and examples. Each change is audited, raises the revision, and is refused when it comes too late."""

from __future__ import annotations

from bot.editing.catalogue import Catalogue, shipped
from bot.editing.errors import (
    BotChanged,
    ExampleTaken,
    IntentIncomplete,
    IntentInUse,
    IntentUnknown,
    LimitReached,
    TitleTaken,
)
from bot.editing.models import BotExample, BotIntent
from bot.editing.repository import EditingRepository
from bot.editing.schemas import IntentCreate, IntentUpdate
from bot.editing.sentences import Sorted, Sorter
from bot.editing.texts import key_of
from core import audit
from core.ids import new_id
from core.unit_of_work import UnitOfWork

MIN_EXAMPLES = 5
# Far more than an office writes; what keeps a training within minutes.
MAX_INTENTS, MAX_EXAMPLES = 200, 5000


async def create(uow: UnitOfWork, body: IntentCreate, *, actor: str) -> tuple[BotIntent, Sorted]:
    """A new intent, not active. Raises TitleTaken, LimitReached, NotFound for the flow."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    if len(await repository.intents()) >= MAX_INTENTS:
        raise LimitReached(f"最多 {MAX_INTENTS} 个自己的意图。", limit=MAX_INTENTS)
    await _require_free_title(repository, body.title, None)
    if body.flow_id is not None:
        await repository.flow(body.flow_id)
    now = uow.clock.now()
    intent = BotIntent(
        # From the random end of an id: short enough to be read in a log.
        id=new_id(), name=f"own_{new_id()[-10:]}", title=body.title, means=body.means,
        replies=body.replies, flow_id=body.flow_id, active=False, edit=1,
        created_by=actor, created_at=now, updated_by=actor, updated_at=now,
    )  # fmt: skip
    uow.session.add(intent)
    await uow.session.flush()
    _audit(uow, intent.name, actor, "bot.intent_created")
    result = Sorted()
    if body.examples:
        result, _ = await _store(uow, repository, intent.name, body.examples, actor)
    return intent, result


async def change(uow: UnitOfWork, name: str, body: IntentUpdate, *, actor: str) -> BotIntent:
    """Raises NotFound, BotChanged, TitleTaken, IntentIncomplete when it is to be active and cannot."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    intent = await repository.intent(name)
    require_seen(intent.edit, body.edit, intent.updated_by)
    await _require_free_title(repository, body.title, name)
    if body.flow_id is not None:
        await repository.flow(body.flow_id)
    intent.title, intent.means, intent.replies = body.title, body.means, body.replies
    intent.flow_id, intent.active = body.flow_id, body.active
    intent.edit, intent.updated_by, intent.updated_at = body.edit + 1, actor, uow.clock.now()
    await uow.session.flush()
    if intent.active:
        problems = await problems_of(repository, intent)
        if problems:
            raise IntentIncomplete("；".join(problems), problems=problems)
    _audit(uow, name, actor, "bot.intent_changed", edit=intent.edit, active=intent.active)
    return intent


async def delete(uow: UnitOfWork, name: str, *, edit: int, actor: str) -> None:
    """With its examples and regression sentences. Raises NotFound, BotChanged, IntentInUse while it is active."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    intent = await repository.intent(name)
    require_seen(intent.edit, edit, intent.updated_by)
    if intent.active:
        raise IntentInUse
    await repository.drop_intent(intent)
    _audit(uow, name, actor, "bot.intent_deleted")


async def add_examples(
    uow: UnitOfWork, name: str, texts: list[str], *, actor: str
) -> tuple[Sorted, list[BotExample]]:
    """Add those that may be. Raises IntentUnknown, LimitReached, ExampleTaken when there is none."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    await require_known(repository, name)
    result, added = await _store(uow, repository, name, texts, actor)
    if not added:
        first = result.refused[0]
        raise ExampleTaken(
            first.message, intent=first.intent, title=first.title, reason=first.code,
            refused=len(result.refused), refusals=[r.model_dump() for r in result.refused],
        )  # fmt: skip
    return result, added


async def change_example(
    uow: UnitOfWork, example_id: str, text: str, *, actor: str
) -> tuple[Sorted, BotExample]:
    """Put another sentence in its place. Raises NotFound, ExampleTaken."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    example = await repository.example(example_id)
    result = (await Sorter.load(repository, shipped(), example_id)).sort([text], example.intent)
    if result.refused:
        refused = result.refused[0]
        raise ExampleTaken(
            refused.message, intent=refused.intent, title=refused.title, reason=refused.code
        )
    example.text, example.text_key = text, key_of(text)
    await uow.session.flush()
    _audit(uow, example.intent, actor, "bot.example_changed", example=example_id)
    return result, example


async def delete_example(uow: UnitOfWork, example_id: str, *, actor: str) -> str:
    """Returns the intent. Raises NotFound; IntentIncomplete where an active own intent would have too few."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    example = await repository.example(example_id)
    await uow.session.delete(example)
    await uow.session.flush()
    intent = await repository.find_intent(example.intent)
    if intent is not None and intent.active:
        problems = await problems_of(repository, intent)
        if problems:
            raise IntentIncomplete(
                f"启用的意图至少要有 {MIN_EXAMPLES} 条例句，请先添加别的例句或停用它。",
                problems=problems,
            )
    _audit(uow, example.intent, actor, "bot.example_deleted", example=example_id)
    return example.intent


async def problems_of(repository: EditingRepository, intent: BotIntent) -> list[str]:
    """Why the intent cannot be used, in words."""
    count = (await repository.count_examples()).get(intent.name, 0)
    flow = await repository.flow(intent.flow_id) if intent.flow_id is not None else None
    return describe_problems(
        examples=count, replies=len(intent.replies), flow_active=None if flow is None else flow.active
    )  # fmt: skip


def describe_problems(*, examples: int, replies: int, flow_active: bool | None) -> list[str]:
    """`flow_active` None: it starts no flow."""
    found = []
    if examples < MIN_EXAMPLES:
        found.append(f"至少要有 {MIN_EXAMPLES} 条例句，现在有 {examples} 条")
    if flow_active is None and not replies:
        found.append("还没有回复文字，也没有选择流程")
    if flow_active is False:
        found.append("所选的流程还没有启用")
    return found


async def require_known(
    repository: EditingRepository, name: str, catalogue: Catalogue | None = None
) -> None:
    """Raises IntentUnknown."""
    catalogue = catalogue or shipped()
    if name not in catalogue.intents and await repository.find_intent(name) is None:
        raise IntentUnknown(intent=name)


def require_seen(edit: int, seen: int, by: str) -> None:
    """Raises BotChanged when the caller has not seen the newest."""
    if edit != seen:
        raise BotChanged(edit=edit, by=by)


async def _store(
    uow: UnitOfWork, repository: EditingRepository, name: str, texts: list[str], actor: str
) -> tuple[Sorted, list[BotExample]]:
    counts = await repository.count_examples()
    if sum(counts.values()) + len(texts) > MAX_EXAMPLES:
        raise LimitReached(f"最多 {MAX_EXAMPLES} 条自己的例句。", limit=MAX_EXAMPLES)
    result = (await Sorter.load(repository, shipped())).sort(texts, name)
    now = uow.clock.now()
    added = [
        BotExample(
            id=new_id(), intent=name, text=text, text_key=key_of(text), created_by=actor, created_at=now
        )
        for text in result.good
    ]  # fmt: skip
    uow.session.add_all(added)
    await uow.session.flush()
    if added:
        _audit(uow, name, actor, "bot.examples_added", count=len(added))
    return result, added


async def _require_free_title(repository: EditingRepository, title: str, name: str | None) -> None:
    taken = {intent.title for intent in shipped().intents.values()}
    other = await repository.intent_titled(title)
    if title in taken or (other is not None and other.name != name):
        raise TitleTaken(title=title)


def _audit(uow: UnitOfWork, name: str, actor: str, action: str, **data: int | str | bool) -> None:
    audit.record(uow, actor=actor, action=action, subject=f"bot_intent:{name}", **data)
