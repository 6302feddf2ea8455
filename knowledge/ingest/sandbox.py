"""Reads a file in a process of its own, with limits of time and memory: a hostile file can only end that process.

The child is started as `python -m knowledge.ingest.sandbox FILE OUT` and writes checked rows as lines of JSON.
Small plain texts are read in a thread: there is nothing in them to unpack, and no process to wait for.
"""

from __future__ import annotations

import asyncio
import ctypes
import dataclasses
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.children import run_child
from knowledge.ingest.readers import read_rows
from knowledge.ingest.rows import ArticleRow, FileUnreadable, Refusal, check

PLAIN, PLAIN_BYTES = (".jsonl", ".csv", ".md"), 1024 * 1024
TABLES = (".jsonl", ".csv", ".xlsx")
# 100,000 rows of a spreadsheet take about a minute and half a gigabyte; documents of 50 MB far less. One import is
# read at a time: what takes longer would keep everybody's waiting.
CPU_SECONDS, DOCUMENT_CPU_SECONDS = 180, 40
WALL_SECONDS = 600
MEMORY_BYTES = 2 * 1024**3
OUTPUT_BYTES = 2 * 1024**3
_REFUSED = 3  # exit status: the reason is in the output
_PR_SET_PDEATHSIG = 1
_ROOT = Path(__file__).resolve().parents[2]
# Nothing of the server's secrets is in the child's environment.
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")


@dataclass(frozen=True)
class ReadRow:
    """A row as the child handed it over: checked contents, or the reason why it is refused."""

    number: int
    question: str
    key: str | None
    category: str | None
    content: dict[str, Any]  # ArticleContent; of a refused row what stands in the file
    given: list[str] = dataclasses.field(default_factory=list)  # ArticleRow.given
    field: str = ""
    reason: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.reason)


class ReadRows:
    """The rows of a file that was read to its end, on disk; `count` of them."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self.count = count

    def __iter__(self) -> Iterator[ReadRow]:
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                yield ReadRow(**json.loads(line))


async def read_file(
    path: Path, folder: Path, tick: Callable[[], Awaitable[None]] | None = None
) -> ReadRows:
    """Read `path` in a child and keep its rows in `folder`. Raises FileUnreadable.

    `tick` is awaited while it goes on; when it raises, the child is ended and nothing is read.
    """
    handle, name = tempfile.mkstemp(dir=folder, suffix=".rows")
    os.close(handle)
    out = Path(name)
    if await asyncio.to_thread(_is_plain, path):
        return ReadRows(out, await asyncio.to_thread(_write_rows, path, out))
    whole = await asyncio.to_thread(path.resolve)  # the child works in another folder
    command = [sys.executable, "-m", "knowledge.ingest.sandbox", str(whole), name]
    environment = {k: v for k in _KEPT if (v := os.environ.get(k))}
    try:
        status = await run_child(
            command, cwd=_ROOT, env=environment, seconds=WALL_SECONDS, tick=tick
        )
    except TimeoutError:
        raise FileUnreadable(f"{path.name} 读取时间太长，已停止", file=path.name) from None
    if status == _REFUSED:
        told = json.loads(await asyncio.to_thread(out.read_text, "utf-8"))
        raise FileUnreadable(told["message"], **told["details"])
    if status != 0:
        # Killed by a limit, or by a fault in a parser that is not ours.
        raise FileUnreadable(f"{path.name} 太大或内容异常，无法读取", file=path.name)
    return ReadRows(out, await asyncio.to_thread(_count, out))


def _is_plain(path: Path) -> bool:
    return path.suffix.lower() in PLAIN and path.stat().st_size <= PLAIN_BYTES


def _count(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


# ---- in the child ------------------------------------------------------------------------------------------------


def _limit_self(path: Path) -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    seconds = CPU_SECONDS if path.suffix.lower() in TABLES else DOCUMENT_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    os.nice(5)
    if sys.platform == "linux":
        # Ended with the server, even when that is killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _as_line(row: ArticleRow | Refusal) -> dict[str, Any]:
    if isinstance(row, Refusal):
        question = str(row.values.get("question", ""))[:200]
        return {
            "number": row.number, "question": question, "key": None, "category": None,
            "content": {str(k): v for k, v in row.values.items()},
            "field": row.field, "reason": row.reason,
        }  # fmt: skip
    return {
        "number": row.number, "question": row.content.question, "key": row.key,
        "category": row.category, "content": row.content.model_dump(mode="json"),
        "given": list(row.given),
    }  # fmt: skip


def _write_rows(path: Path, out: Path) -> int:
    """Write the checked rows of `path` to `out`; returns how many. Raises FileUnreadable."""
    count = 0
    with out.open("w", encoding="utf-8") as lines:
        for row in check(read_rows(path)):
            line = json.dumps(_as_line(row), ensure_ascii=False, default=str)
            # A half character of a broken file can be refused, but not written.
            lines.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")
            count += 1
    return count


def _main(path: Path, out: Path) -> int:
    _limit_self(path)
    try:
        _write_rows(path, out)
    except FileUnreadable as error:
        told = {"message": error.message, "details": error.details}
    except (MemoryError, RecursionError):
        told = {"message": f"{path.name} 太大或嵌套太深，无法读取", "details": {"file": path.name}}
    else:
        return 0
    out.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return _REFUSED


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), Path(sys.argv[2])))
