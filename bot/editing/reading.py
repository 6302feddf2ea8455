"""What the console shows of the editors' data, and the snapshot a training takes of it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.editing import schemas as s
from bot.editing.catalogue import GROUPS, WORDS, shipped
from bot.editing.data import EditedData, OwnFlow, OwnIntent, OwnSentence
from bot.editing.flow import MAX_CHOICES, MAX_NODES, FlowContent
from bot.editing.flows import check, tasks_of
from bot.editing.intents import describe_problems
from bot.editing.models import BotExample, BotFlow, BotIntent, BotRegression, BotReply
from bot.editing.repository import EditingRepository
from core.auth.service import account_names


async def all_intents(session: AsyncSession, *, untrained: bool) -> s.IntentList:
    """Shipped ones in their file's order, then own ones in the order they were made."""
    repository = EditingRepository(session)
    counts = await repository.count_examples()
    flows = {flow.id: flow for flow in await repository.flows()}
    catalogue = shipped()
    items = [_shipped_intent(name, counts.get(name, 0)) for name in catalogue.intents]
    items += [_own_intent(i, counts.get(i.name, 0), flows) for i in await repository.intents()]
    groups = [s.IntentGroup(name=name, title=title) for name, title in GROUPS.items()]
    return s.IntentList(items=items, groups=groups, untrained=untrained)


async def one_intent(session: AsyncSession, name: str) -> s.IntentDetail:
    """Raises NotFound."""
    repository = EditingRepository(session)
    catalogue = shipped()
    own = await repository.examples(name)
    if name in catalogue.intents:
        read = _shipped_intent(name, len(own))
    else:
        intent = await repository.intent(name)
        flows = {flow.id: flow for flow in await repository.flows()}
        read = _own_intent(intent, len(own), flows)
    sentences = [example_read(example) for example in reversed(own)]
    sentences += [
        s.ExampleRead(id=None, text=text, own=False) for text in catalogue.examples.get(name, ())
    ]
    tested = sum(r.intent == name for r in await repository.regression())
    tested += sum(r.intent == name for r in catalogue.regression)
    people = await account_names(session, [e.created_by for e in own] + [read.updated_by or ""])
    return s.IntentDetail(
        **read.model_dump(), sentences=sentences, regression=tested, people=people
    )


def example_read(example: BotExample) -> s.ExampleRead:
    return s.ExampleRead(
        id=example.id, text=example.text, own=True, created_by=example.created_by,
        created_at=example.created_at,
    )  # fmt: skip


def _shipped_intent(name: str, own_examples: int) -> s.IntentRead:
    catalogue = shipped()
    intent = catalogue.intents[name]
    return s.IntentRead(
        name=name, title=intent.title, means=intent.means, group=intent.group, own=False, active=True,
        examples=len(catalogue.examples.get(name, ())) + own_examples, own_examples=own_examples,
    )  # fmt: skip


def _own_intent(intent: BotIntent, examples: int, flows: dict[str, BotFlow]) -> s.IntentRead:
    flow = flows.get(intent.flow_id) if intent.flow_id is not None else None
    problems = describe_problems(
        examples=examples, replies=len(intent.replies), flow_active=flow.active if flow else None
    )
    return s.IntentRead(
        name=intent.name, title=intent.title, means=intent.means, group="own", own=True,
        active=intent.active, replies=intent.replies,
        flow=s.FlowLink(id=flow.id, title=flow.title, active=flow.active) if flow else None,
        examples=examples, own_examples=examples, problems=problems, edit=intent.edit,
        updated_by=intent.updated_by, updated_at=intent.updated_at,
    )  # fmt: skip


async def all_replies(session: AsyncSession) -> s.ReplyList:
    rows = await EditingRepository(session).replies()
    return s.ReplyList(items=[_reply(name, rows.get(name)) for name in shipped().replies])


async def one_reply(session: AsyncSession, name: str) -> s.ReplyRead:
    return _reply(name, await EditingRepository(session).reply(name))


def _reply(name: str, row: BotReply | None) -> s.ReplyRead:
    reply = shipped().replies[name]
    return s.ReplyRead(
        name=name, title=reply.title, when=reply.when, shipped=list(reply.variants),
        variants=row.variants if row else list(reply.variants),
        buttons=[s.ButtonRead(label=label, value=value) for label, value in reply.buttons],
        words=[s.WordRead(name=word, title=WORDS.get(word, word)) for word in reply.words],
        changed=row is not None, edit=row.edit if row else 0,
        updated_by=row.updated_by if row else None, updated_at=row.updated_at if row else None,
    )  # fmt: skip


async def all_sentences(session: AsyncSession) -> s.SentenceList:
    """Own ones first, newest first."""
    repository = EditingRepository(session)
    titles = await titles_of(repository)
    items = [sentence_read(row, titles) for row in reversed(await repository.regression())]
    items += [
        s.SentenceRead(
            id=None, text=r.text, intent=r.intent, title=titles.get(r.intent, r.intent), own=False
        )
        for r in shipped().regression
    ]
    return s.SentenceList(items=items)


def sentence_read(row: BotRegression, titles: dict[str, str]) -> s.SentenceRead:
    return s.SentenceRead(
        id=row.id, text=row.text, intent=row.intent, title=titles.get(row.intent, row.intent), own=True,
        created_by=row.created_by, created_at=row.created_at,
    )  # fmt: skip


async def titles_of(repository: EditingRepository) -> dict[str, str]:
    """Titles of all intents by name."""
    titles = {name: intent.title for name, intent in shipped().intents.items()}
    return titles | {intent.name: intent.title for intent in await repository.intents()}


async def all_flows(session: AsyncSession) -> s.FlowList:
    repository = EditingRepository(session)
    items = [await flow_read(repository, flow) for flow in await repository.flows()]
    tasks = [s.TaskRead(task=name, title=title) for name, title in tasks_of(shipped()).items()]
    return s.FlowList(items=items, tasks=tasks, max_nodes=MAX_NODES, max_choices=MAX_CHOICES)


async def flow_read(repository: EditingRepository, flow: BotFlow) -> s.FlowRead:
    content = FlowContent.model_validate(flow.content)
    starts = [intent.title for intent in await repository.intents_of_flow(flow.id)]
    return s.FlowRead(
        id=flow.id, title=flow.title, content=content, active=flow.active, problems=check(content),
        starts=starts, edit=flow.edit, updated_by=flow.updated_by, updated_at=flow.updated_at,
    )  # fmt: skip


async def snapshot(session: AsyncSession) -> EditedData:
    """What is active, as a training takes it."""
    repository = EditingRepository(session)
    flows = {flow.id: flow for flow in await repository.flows() if flow.active}
    own = [intent for intent in await repository.intents() if intent.active]
    known = {*shipped().intents, *(intent.name for intent in own)}
    examples: dict[str, list[str]] = {}
    for example in await repository.examples():
        if example.intent in known:
            examples.setdefault(example.intent, []).append(example.text)
    return EditedData(
        intents=[
            OwnIntent(
                name=i.name, title=i.title, means=i.means, replies=i.replies,
                flow=flows[i.flow_id].key if i.flow_id in flows else None,
            )
            for i in own
        ],
        flows=[
            OwnFlow(key=f.key, title=f.title, content=FlowContent.model_validate(f.content))
            for f in flows.values()
        ],
        examples=examples,
        replies={
            name: row.variants
            for name, row in sorted((await repository.replies()).items())
            if name in shipped().replies
        },
        regression=[
            OwnSentence(text=row.text, intent=row.intent)
            for row in await repository.regression()
            if row.intent in known
        ],
    )  # fmt: skip
