"""What uploads cost the server in memory and time: one of 20 MB, many at once, photographs. A process of its own.

python -m benchmarks.uploads FOLDER [--quick]      figures as JSON in the last line
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from PIL import Image

from benchmarks.people_site import SQLITE, Server, make_agents, product
from channels.web.tokens import VisitorIdentity, VisitorTokens
from core.ids import new_id
from core.settings import Settings

MB = 1024 * 1024
LARGE, MIDDLE = 20 * MB, 4 * MB
AT_ONCE = 50
LOOK_SECONDS = 0.002
UPLOAD = "/api/v1/visitor/attachments?inbox=web"


class Peak:
    """The most memory a process had resident while it was watched, in bytes."""

    def __init__(self, process: psutil.Process) -> None:
        self.before = self.most = process.memory_info().rss
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.most = max(self.most, self._process.memory_info().rss)

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()

    @property
    def grown_mb(self) -> float:
        return (self.most - self.before) / MB


class Citizens:
    """Who upload; each with a token of a new window."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        self._tokens = VisitorTokens(settings.load_secret_key())
        self._http = http

    async def upload(self, file: Path, kind: str) -> str:
        """The address the file opens at. Raises RuntimeError when it is refused."""
        token = self._tokens.issue(VisitorIdentity("web", new_id()))
        with file.open("rb") as opened:
            answer = await self._http.post(
                UPLOAD, files={"file": (file.name, opened, kind)},
                headers={"authorization": f"Bearer {token}"},
            )  # fmt: skip
        if answer.status_code != 201:
            raise RuntimeError(f"an upload was answered with {answer.status_code}: {answer.text}")
        return str(answer.json()["url"])

    async def download(self, url: str) -> int:
        async with self._http.stream("GET", url) as answer:
            return sum([len(piece) async for piece in answer.aiter_bytes()])


def make_files(folder: Path) -> dict[str, Path]:
    """A paper of 20 MB, one of 4 MB, one of a page, and a photograph of 12 million pixels."""
    files = {name: folder / f"{name}.pdf" for name in ("large", "middle", "small")}
    for name, size in (("large", LARGE), ("middle", MIDDLE), ("small", 10_000)):
        files[name].write_bytes(b"%PDF-1.7\n" + bytes(size - 9))
    photo = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(photo, "JPEG", quality=80)
    files["photo"] = folder / "photo.jpg"
    files["photo"].write_bytes(photo.getvalue())
    return files


async def measure(server: Server, settings: Settings, files: dict[str, Path], at_once: int) -> Any:
    """By what was done: seconds, and by how much the server grew at the most, from where it stood before."""
    found: dict[str, Any] = {}
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=300) as http:
        citizens = Citizens(settings, http)

        async def noted(what: str, *uploads: Any) -> list[Any]:
            peak, begun = Peak(server.process), time.perf_counter()
            with peak.watching():
                results = await asyncio.gather(*uploads)
            found[what] = {"seconds": time.perf_counter() - begun, "grown_mb": peak.grown_mb}
            return results

        # Until everything that is loaded once is there.
        await citizens.download(await citizens.upload(files["small"], "application/pdf"))
        (url,) = await noted("20 MB up", citizens.upload(files["large"], "application/pdf"))
        await noted("20 MB down", citizens.download(url))
        for again in range(1, 4):
            (url,) = await noted(
                f"20 MB up, again {again}", citizens.upload(files["large"], "application/pdf")
            )
        await noted(
            f"{at_once} x 4 MB at once",
            *(citizens.upload(files["middle"], "application/pdf") for _ in range(at_once)),
        )
        await noted("a photograph", citizens.upload(files["photo"], "image/jpeg"))
        await noted(
            f"{at_once} photographs at once",
            *(citizens.upload(files["photo"], "image/jpeg") for _ in range(at_once)),
        )
    found["photograph_mb"] = files["photo"].stat().st_size / MB
    found["server_mb"] = server.memory() / 1024
    return found


def main() -> None:
    folder, quick = Path(sys.argv[1]), "--quick" in sys.argv
    folder.mkdir(parents=True, exist_ok=True)
    server, settings = product(SQLITE, folder / "home", "")
    asyncio.run(make_agents(settings, 1, 1))
    files = make_files(folder)
    try:
        server.start()
        found = asyncio.run(measure(server, settings, files, 10 if quick else AT_ONCE))
    finally:
        server.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
