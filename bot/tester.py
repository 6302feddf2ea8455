"""Asks a model what it makes of a sentence: the live one, or that of a training before anybody switches to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from bot.client import RasaBot
from bot.editing.model_files import ModelFiles
from bot.editing.reading import titles_of
from bot.editing.repository import EditingRepository
from bot.editing.training_reading import SHIPPED
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_schemas import Guess, Parsed, Value, Wish
from bot.evaluation import FALLBACK
from bot.supervision import RasaProcess
from core.errors import Unavailable
from core.unit_of_work import UnitOfWorkFactory

# A model that was asked stays loaded for as long: sentences are tested one after the other.
IDLE_SECONDS = 120.0
FALLBACK_TITLE = "没有把握"


class ModelTester:
    """`make` builds a Rasa process for a model; None: this server runs none, and only the live model can be asked."""

    def __init__(
        self,
        units: UnitOfWorkFactory,
        files: ModelFiles,
        live: RasaBot,
        http: httpx.AsyncClient,
        token: str,
        make: Callable[[Path], RasaProcess] | None,
    ) -> None:
        self._units = units
        self._files = files
        self._live = live
        self._http = http
        self._token = token
        self._make = make
        self._asked: tuple[str, RasaProcess] | None = None
        self._until = 0.0
        self._one = asyncio.Lock()

    async def parse(self, text: str, training_id: str | None) -> Parsed:
        """Raises NotFound, ModelGone, Unavailable."""
        async with self._units.read() as session:
            live_id = (await EditingRepository(session).state()).live_id
            titles = await titles_of(EditingRepository(session))
        if training_id is None or training_id == live_id:
            return _read(await self._live.parse(text), live_id or SHIPPED, titles)
        async with self._one:
            process = await self._process(training_id)
            parsed = await RasaBot(process.url, self._token, self._http).parse(text)
            self._until = asyncio.get_running_loop().time() + IDLE_SECONDS
        return _read(parsed, training_id, titles)

    async def run(self) -> None:
        """End the process nobody asks any more; until cancelled."""
        try:
            while True:
                await asyncio.sleep(IDLE_SECONDS / 4)
                async with self._one:
                    # Looked at when nobody asks: whoever did meanwhile goes on asking.
                    if asyncio.get_running_loop().time() > self._until:
                        await self._end()
        finally:
            await self._end()

    async def _process(self, training_id: str) -> RasaProcess:
        if self._asked is not None and self._asked[0] == training_id and self._asked[1].pid:
            return self._asked[1]
        if self._make is None:
            raise Unavailable("机器人单独部署时只能测试正在使用的模型。", part="rasa")
        async with self._units.read() as session:
            training = await TrainingRepository(session).get(training_id)
        process = self._make(await self._files.of(training))
        await self._end()
        self._asked = (training_id, process)
        self._until = asyncio.get_running_loop().time() + IDLE_SECONDS
        try:
            await process.start()
        except BaseException:
            await self._end()
            raise
        return process

    async def _end(self) -> None:
        if self._asked is not None:
            _, process = self._asked
            self._asked = None
            await process.stop()


def _read(parsed: Mapping[str, Any], model: str, titles: Mapping[str, str]) -> Parsed:
    """Rasa's parse data, for people."""

    def guess(found: Mapping[str, Any]) -> Guess:
        name = str(found.get("name") or FALLBACK)
        title = FALLBACK_TITLE if name == FALLBACK else titles.get(name, name)
        return Guess(intent=name, title=title, confidence=float(found.get("confidence") or 0))

    text = str(parsed.get("text") or "")
    return Parsed(
        model=model,
        intent=guess(parsed.get("intent") or {}),
        ranking=[guess(found) for found in parsed.get("intent_ranking") or []],
        values=[
            Value(
                kind=str(e["entity"]), value=e.get("value"), start=int(e["start"]), end=int(e["end"]),
                text=text[int(e["start"]) : int(e["end"])],
            )
            for e in parsed.get("entities") or []
            if "start" in e and "end" in e
        ],
        wishes=[
            Wish(text=str(w["text"]), **guess({"name": w["intent"], **w}).model_dump())
            for w in parsed.get("wishes") or []
        ],
    )  # fmt: skip
