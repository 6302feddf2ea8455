"""Queries on what editors add to the bot. Nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.editing.models import BotExample, BotFlow, BotIntent, BotRegression, BotReply, BotState
from core.errors import NotFound

STATE_ID = 1


class EditingRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # ---- the state row -------------------------------------------------------------------------------------------

    async def lock_state(self) -> BotState:
        """Make the state row if need be and lock it: edits, trainings and switches take turns."""
        dialect = self._session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        values = {
            "id": STATE_ID, "revision": 0, "choice": 0, "wanted_by": "", "settled": True, "problem": "",
        }  # fmt: skip
        await self._session.execute(insert(BotState).values(**values).on_conflict_do_nothing())
        query = select(BotState).where(BotState.id == STATE_ID).with_for_update()
        state = await self._session.scalar(query.execution_options(populate_existing=True))
        assert state is not None
        return state

    async def state(self) -> BotState:
        """As it is now, without a lock; a new installation has none yet."""
        found = await self._session.get(BotState, STATE_ID, populate_existing=True)
        return found or BotState(
            id=STATE_ID, revision=0, choice=0, live_id=None, wanted_id=None, wanted_by="",
            settled=True, problem="", changed_at=None,
        )  # fmt: skip

    async def raise_revision(self) -> BotState:
        """Something that a training would bring to the citizens has changed. Locks."""
        state = await self.lock_state()
        state.revision += 1
        return state

    # ---- intents -------------------------------------------------------------------------------------------------

    async def intents(self) -> list[BotIntent]:
        return list(await self._session.scalars(select(BotIntent).order_by(BotIntent.id)))

    async def find_intent(self, name: str) -> BotIntent | None:
        return await self._session.scalar(select(BotIntent).where(BotIntent.name == name))

    async def intent(self, name: str) -> BotIntent:
        """Raises NotFound."""
        found = await self.find_intent(name)
        if found is None:
            raise NotFound("没有这个意图。", intent=name)
        return found

    async def intent_titled(self, title: str) -> BotIntent | None:
        return await self._session.scalar(select(BotIntent).where(BotIntent.title == title))

    async def drop_intent(self, intent: BotIntent) -> None:
        """With its examples and regression sentences."""
        for table in (BotExample, BotRegression):
            await self._session.execute(delete(table).where(table.intent == intent.name))
        await self._session.delete(intent)
        await self._session.flush()

    # ---- examples ------------------------------------------------------------------------------------------------

    async def examples(self, intent: str | None = None) -> list[BotExample]:
        query = select(BotExample).order_by(BotExample.id)
        if intent is not None:
            query = query.where(BotExample.intent == intent)
        return list(await self._session.scalars(query))

    async def example(self, example_id: str) -> BotExample:
        """Raises NotFound."""
        found = await self._session.get(BotExample, example_id)
        if found is None:
            raise NotFound("没有这条例句，可能已被删除。", example_id=example_id)
        return found

    async def count_examples(self) -> dict[str, int]:
        """Own examples by intent."""
        query = select(BotExample.intent, func.count()).group_by(BotExample.intent)
        return {row.intent: row[1] for row in await self._session.execute(query)}

    async def examples_by_key(self, keys: Iterable[str]) -> dict[str, BotExample]:
        query = select(BotExample).where(BotExample.text_key.in_(list(keys)))
        return {row.text_key: row for row in await self._session.scalars(query)}

    # ---- reply texts ---------------------------------------------------------------------------------------------

    async def replies(self) -> dict[str, BotReply]:
        return {row.name: row for row in await self._session.scalars(select(BotReply))}

    async def reply(self, name: str) -> BotReply | None:
        return await self._session.get(BotReply, name)

    # ---- regression sentences ------------------------------------------------------------------------------------

    async def regression(self) -> list[BotRegression]:
        return list(await self._session.scalars(select(BotRegression).order_by(BotRegression.id)))

    async def regression_sentence(self, sentence_id: str) -> BotRegression:
        """Raises NotFound."""
        found = await self._session.get(BotRegression, sentence_id)
        if found is None:
            raise NotFound("没有这句回归句，可能已被删除。", sentence_id=sentence_id)
        return found

    async def regression_by_key(self, keys: Iterable[str]) -> dict[str, BotRegression]:
        query = select(BotRegression).where(BotRegression.text_key.in_(list(keys)))
        return {row.text_key: row for row in await self._session.scalars(query)}

    # ---- flows ---------------------------------------------------------------------------------------------------

    async def flows(self) -> list[BotFlow]:
        return list(await self._session.scalars(select(BotFlow).order_by(BotFlow.id)))

    async def flow(self, flow_id: str) -> BotFlow:
        """Raises NotFound."""
        found = await self._session.get(BotFlow, flow_id)
        if found is None:
            raise NotFound("没有这个流程，可能已被删除。", flow_id=flow_id)
        return found

    async def intents_of_flow(self, flow_id: str) -> list[BotIntent]:
        query = select(BotIntent).where(BotIntent.flow_id == flow_id).order_by(BotIntent.id)
        return list(await self._session.scalars(query))

    async def unlink_flow(self, flow_id: str) -> None:
        change = update(BotIntent).where(BotIntent.flow_id == flow_id).values(flow_id=None)
        await self._session.execute(change.execution_options(synchronize_session=False))
