"""A server with a big knowledge base, asked without pause while articles are published, the encoder is trained and
the index rebuilt: `python -m benchmarks.live SIZE FOLDER` prints one JSON document.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from app.container import build
from app.install import FirstAdmin, prepare
from app.migrate import upgrade
from benchmarks.invented import InventedBase, invent
from benchmarks.knowledge import prepare as prepare_encoder
from benchmarks.measures import percentile
from benchmarks.processes import NotReady, Started, answers
from core.processes import free_port
from core.settings import ROOT, Settings
from core.unit_of_work import UnitOfWorkFactory
from knowledge.articles import service
from knowledge.articles.categories import Categories
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import ArticleContent
from knowledge.retrieval.entries import Entry

BATCH = 1000
QUIET_SECONDS, PUBLICATIONS, MANY = 15.0, 10, 120
LEAST = 10_000
IMPROVED = ("encoder trained again", "knowledge index merged")


class Load:
    """Another process asks without pause; `take` gives its figures by kind since the last one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._taken = 0
        self.failures = 0

    def take(self) -> dict[str, Any]:
        lines = self._file.read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines[self._taken :]]
        self._taken = len(lines)
        self.failures += sum(not came for *_, came in rows)
        result = {}
        for kind in ("search", "healthz"):
            values = [seconds for name, _, seconds, _ in rows if name == kind]
            result[kind] = {
                "p50": 1e3 * percentile(values, 0.5),
                "p99": 1e3 * percentile(values, 0.99),
                "most": 1e3 * max(values),
                "count": len(values),
            }
        return result


async def fill(settings: Settings, base: InventedBase) -> FirstAdmin:
    """A new home whose knowledge base holds `base` besides the shipped articles."""
    container = build(settings)
    try:
        admin = await prepare(container)
        assert admin is not None, "the folder was used before"
        for begin in range(0, len(base.entries), BATCH):
            await publish(container.uows, base.entries[begin : begin + BATCH])
    finally:
        await container.close()
    return admin


async def publish(units: UnitOfWorkFactory, entries: list[Entry]) -> None:
    async with units.write() as uow:
        repository = ArticleRepository(uow.session)
        await repository.lock_state()
        filed = (await Categories.load(uow.session)).file("基准")
        written = []
        for entry in entries:
            one = await service.draft_article(
                uow, _content(entry), key=f"bench-{entry.key}", source="import", actor="import",
                category_id=filed,
            )  # fmt: skip
            await service.publish_reviewed(uow, one, actor="import")
            written.append(one.article.id)
        await uow.session.flush()
        await repository.raise_revision(written)


def _content(entry: Entry) -> ArticleContent:
    return ArticleContent.model_validate(
        {
            "question": entry.question,
            "similar": list(entry.similar),
            "answer_md": entry.answer_md.replace("{{", "（").replace("}}", "）"),
            "citations": [{"document": "住房公积金管理条例"}],
        }
    )


@asynccontextmanager
async def served(
    settings: Settings, admin: FirstAdmin
) -> AsyncIterator[tuple[Started, float, httpx.AsyncClient]]:
    """`bangban serve`, the seconds until it was ready, and a client that may search."""
    url = f"http://127.0.0.1:{settings.port}"
    program = Path(sys.executable).with_name("bangban")
    env = {
        "BANGBAN_HOME": str(settings.home), "PORT": str(settings.port),
        "BANGBAN_MODEL_DIR": str(settings.model_dir), "BANGBAN_SIMULATORS": "false",
        "BANGBAN_LOG_LEVEL": "INFO",
    }  # fmt: skip
    server = Started(
        "the server", [str(program), "serve"], env=env, cwd=ROOT, log=settings.home / "server.log"
    )
    try:
        ready = await asyncio.to_thread(server.wait_until, lambda: answers(f"{url}/healthz"))
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
            login = {"login": admin.login, "password": admin.password}
            token = (await http.post("/api/v1/auth/login", json=login)).json()["token"]
            http.headers["authorization"] = f"Bearer {token}"
            yield server, ready, http
    finally:
        await asyncio.to_thread(server.stop)


async def measure(size: int, folder: Path) -> dict[str, Any]:
    home = folder / "home"
    home.mkdir(parents=True)
    settings = Settings(home=home, model_dir=folder / "models", port=free_port())
    prepare_encoder(folder / "knowledge")
    base, more = invent(size, 200), invent(2 * size, 1)
    if base.wordings < LEAST:
        raise ValueError(f"from {LEAST} wordings on, so that the encoder knows too few of them")
    new = more.entries[len(base.entries) :][: PUBLICATIONS + MANY]
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    admin = await fill(settings, base)
    container = build(settings)
    result: dict[str, Any] = {"wordings": base.wordings, "articles": len(base.entries)}
    log = home / "server.log"
    try:
        async with served(settings, admin) as (_, ready, http):
            result["first_start_s"] = ready
            async with _asking(http, base, folder / "asked.jsonl") as load:
                # The encoder has never seen most of this: it is trained, and everything is built with it.
                result["improving_s"] = await _until(lambda: IMPROVED[0] in log.read_text("utf-8"))
                result["while_training_and_rebuilding_ms"] = load.take()
                await asyncio.sleep(QUIET_SECONDS)
                result["quiet_ms"] = load.take()
                seconds = []
                for entry in new[:PUBLICATIONS]:
                    begun = time.perf_counter()
                    await publish(container.uows, [entry])
                    await _answered(http, entry.question)
                    seconds.append(time.perf_counter() - begun)
                result["published_s"] = {"median": percentile(seconds, 0.5), "most": max(seconds)}
                result["while_publishing_ms"] = load.take()
                await publish(container.uows, new[PUBLICATIONS:])
                result["merged_s"] = await _until(lambda: IMPROVED[1] in log.read_text("utf-8"))
                result["while_merging_ms"] = load.take()
                result["failures"] = load.failures
        async with served(settings, admin) as (_, ready, _http):
            result["second_start_s"] = ready
    finally:
        await container.close()
    return result


@asynccontextmanager
async def _asking(http: httpx.AsyncClient, base: InventedBase, file: Path) -> AsyncIterator[Load]:
    command = [sys.executable, "-m", "benchmarks.asker", str(http.base_url), str(file)]
    given = {
        "token": http.headers["authorization"].removeprefix("Bearer "),
        "texts": [text for text, _ in base.queries],
    }
    asker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True)  # noqa: ASYNC220 - at once
    with asker:
        assert asker.stdin is not None
        asker.stdin.write(json.dumps(given))
        asker.stdin.close()
        try:
            await _until(lambda: file.exists() and len(file.read_text("utf-8").splitlines()) > 10)
            yield Load(file)
        finally:
            asker.kill()


async def _answered(http: httpx.AsyncClient, question: str) -> None:
    async def found() -> bool:
        answer = await http.get("/api/v1/knowledge/search", params={"q": question, "top": 1})
        return any(hit["question"] == question for hit in answer.json()["results"])

    await _wait(found)


async def _until(condition: Callable[[], bool]) -> float:
    async def holds() -> bool:
        return condition()

    begun = time.perf_counter()
    await _wait(holds)
    return time.perf_counter() - begun


async def _wait(condition: Callable[[], Awaitable[bool]], seconds: float = 900) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise NotReady("the index was not brought up to date")
        await asyncio.sleep(0.05)


def main() -> None:
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]), Path(sys.argv[2])))))


if __name__ == "__main__":
    main()
