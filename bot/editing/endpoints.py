"""HTTP side of editing the bot: intents, examples, reply texts, regression sentences, flows. Thin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as PathParameter

from bot.editing import flows, intents, reading, wording
from bot.editing import schemas as s
from bot.editing.repository import EditingRepository
from bot.editing.training_reading import is_untrained
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

Reader = Annotated[Actor, Depends(require(Permission.BOT_READ))]
Editor = Annotated[Actor, Depends(require(Permission.BOT_EDIT))]
Name = Annotated[str, PathParameter(pattern=r"^[a-z0-9_]{1,64}$")]
# The counter as the caller has seen it: somebody may have changed it since.
Seen = Annotated[int, Query(ge=0)]


def build_router(units: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/bot", tags=["bot"])
    _intent_routes(router, units)
    _reply_routes(router, units)
    _regression_routes(router, units)
    _flow_routes(router, units)
    return router


def _intent_routes(router: APIRouter, units: UnitOfWorkFactory) -> None:
    @router.get("/intents")
    async def list_intents(actor: Reader) -> s.IntentList:
        """Everything the bot tells apart, shipped and own."""
        async with units.read() as session:
            return await reading.all_intents(session, untrained=await is_untrained(session))

    @router.post("/intents", status_code=201)
    async def create_intent(body: s.IntentCreate, actor: Editor) -> s.IntentCreated:
        """A new own intent, not active; with those of the examples that may be added."""
        async with units.write() as uow:
            intent, result = await intents.create(uow, body, actor=actor.account_id)
            shown = await reading.one_intent(uow.session, intent.name)
        return s.IntentCreated(intent=shown, refused=result.refused, warnings=result.warnings)

    @router.get("/intents/{name}")
    async def read_intent(name: Name, actor: Reader) -> s.IntentDetail:
        """One intent with its examples, own ones first."""
        async with units.read() as session:
            return await reading.one_intent(session, name)

    @router.put("/intents/{name}")
    async def change_intent(name: Name, body: s.IntentUpdate, actor: Editor) -> s.IntentDetail:
        """Change an own intent, switch it on or off. Citizens get it with the next training."""
        async with units.write() as uow:
            await intents.change(uow, name, body, actor=actor.account_id)
            return await reading.one_intent(uow.session, name)

    @router.delete("/intents/{name}")
    async def delete_intent(name: Name, edit: Seen, actor: Editor) -> s.Deleted:
        """Remove an own intent that is not active, with its examples and regression sentences."""
        async with units.write() as uow:
            await intents.delete(uow, name, edit=edit, actor=actor.account_id)
        return s.Deleted()

    @router.post("/intents/{name}/examples", status_code=201)
    async def add_examples(name: Name, body: s.ExamplesCreate, actor: Editor) -> s.ExamplesAdded:
        """Add examples to an intent, shipped or own. Those that cannot be added are named."""
        async with units.write() as uow:
            result, added = await intents.add_examples(
                uow, name, body.texts, actor=actor.account_id
            )
        return s.ExamplesAdded(
            added=[reading.example_read(example) for example in added],
            refused=result.refused, warnings=result.warnings,
        )  # fmt: skip

    @router.put("/examples/{example_id}")
    async def change_example(
        example_id: Id, body: s.ExampleUpdate, actor: Editor
    ) -> s.ExamplesAdded:
        """Say it otherwise: as deleting it and adding another one."""
        async with units.write() as uow:
            result, example = await intents.change_example(
                uow, example_id, body.text, actor=actor.account_id
            )
        return s.ExamplesAdded(
            added=[reading.example_read(example)], refused=[], warnings=result.warnings
        )

    @router.delete("/examples/{example_id}")
    async def delete_example(example_id: Id, actor: Editor) -> s.Deleted:
        """Remove an example that editors added."""
        async with units.write() as uow:
            await intents.delete_example(uow, example_id, actor=actor.account_id)
        return s.Deleted()


def _reply_routes(router: APIRouter, units: UnitOfWorkFactory) -> None:
    @router.get("/replies")
    async def list_replies(actor: Reader) -> s.ReplyList:
        """The texts the bot says by itself, and where."""
        async with units.read() as session:
            return await reading.all_replies(session)

    @router.put("/replies/{name}")
    async def change_reply(name: Name, body: s.ReplyUpdate, actor: Editor) -> s.ReplyRead:
        """Say something else there, in one or several variants."""
        async with units.write() as uow:
            await wording.change_reply(uow, name, body, actor=actor.account_id)
            return await reading.one_reply(uow.session, name)

    @router.delete("/replies/{name}")
    async def reset_reply(name: Name, edit: Seen, actor: Editor) -> s.ReplyRead:
        """Back to the shipped text."""
        async with units.write() as uow:
            await wording.reset_reply(uow, name, edit=edit, actor=actor.account_id)
            return await reading.one_reply(uow.session, name)


def _regression_routes(router: APIRouter, units: UnitOfWorkFactory) -> None:
    @router.get("/regression")
    async def list_regression(actor: Reader) -> s.SentenceList:
        """The sentences every new model is compared on."""
        async with units.read() as session:
            return await reading.all_sentences(session)

    @router.post("/regression", status_code=201)
    async def add_regression(body: s.SentenceCreate, actor: Editor) -> s.SentenceRead:
        """Add a sentence that is no example."""
        async with units.write() as uow:
            row = await wording.add_sentence(uow, body, actor=actor.account_id)
            titles = await reading.titles_of(EditingRepository(uow.session))
            return reading.sentence_read(row, titles)

    @router.delete("/regression/{sentence_id}")
    async def delete_regression(sentence_id: Id, actor: Editor) -> s.Deleted:
        """Remove a sentence that editors added."""
        async with units.write() as uow:
            await wording.delete_sentence(uow, sentence_id, actor=actor.account_id)
        return s.Deleted()


def _flow_routes(router: APIRouter, units: UnitOfWorkFactory) -> None:
    async def shown(uow: UnitOfWork, flow_id: str) -> s.FlowRead:
        repository = EditingRepository(uow.session)
        return await reading.flow_read(repository, await repository.flow(flow_id))

    @router.get("/flows")
    async def list_flows(actor: Reader) -> s.FlowList:
        """Question-and-answer flows, and the tasks they may lead to."""
        async with units.read() as session:
            return await reading.all_flows(session)

    @router.post("/flows", status_code=201)
    async def create_flow(body: s.FlowCreate, actor: Editor) -> s.FlowRead:
        """A new flow, not active."""
        async with units.write() as uow:
            flow = await flows.create(uow, body, actor=actor.account_id)
            return await shown(uow, flow.id)

    @router.post("/flows/check")
    async def check_flow(body: s.FlowCheck, actor: Reader) -> s.FlowChecked:
        """What stands in the way of using it; nothing is stored."""
        return s.FlowChecked(problems=flows.check(body.content))

    @router.get("/flows/{flow_id}")
    async def read_flow(flow_id: Id, actor: Reader) -> s.FlowRead:
        async with units.read() as session:
            repository = EditingRepository(session)
            return await reading.flow_read(repository, await repository.flow(flow_id))

    @router.put("/flows/{flow_id}")
    async def change_flow(flow_id: Id, body: s.FlowUpdate, actor: Editor) -> s.FlowRead:
        """Save it, switch it on or off."""
        async with units.write() as uow:
            await flows.change(uow, flow_id, body, actor=actor.account_id)
            return await shown(uow, flow_id)

    @router.delete("/flows/{flow_id}")
    async def delete_flow(flow_id: Id, edit: Seen, actor: Editor) -> s.Deleted:
        """Remove a flow no active intent starts."""
        async with units.write() as uow:
            await flows.delete(uow, flow_id, edit=edit, actor=actor.account_id)
        return s.Deleted()
