"""Writes docs/transcripts: one conversation for each task, as the program really said it.

.venv/bin/python -m tests.e2e.transcripts

Starts the product with a new home and the stand-ins, holds the talks of tests/data/dialogues that are marked
`transcript: true`, and refuses to write one that did not go as written.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import httpx

from core.settings import ROOT
from tests.e2e.product import started
from tests.e2e.talks import Fund, Result, hold_all, read_talks

FOLDER = ROOT / "docs" / "transcripts"
HEAD = """# {title}

*市民说的话来自测试脚本；机器人的回答由程序实际给出，一字未改。人物、账户和地方标准都是演示数据。*
"""


def as_markdown(result: Result) -> str:
    """The conversation as a page: what the citizen says as a heading line, the answer quoted."""
    turns = []
    for said in result.said:
        quoted = "\n".join(f"> {line}".rstrip() for line in said.text.splitlines())
        turns.append(f"**市民**：{said.say}\n\n{quoted}\n")
    return "\n".join([HEAD.format(title=result.talk.talk), *turns])


def index_of(results: list[Result]) -> str:
    lines = [f"- [{r.talk.talk}]({r.file}.md)" for r in results]
    return "\n".join(
        [
            "# 对话实录",
            "",
            "每项办事一段，由 `.venv/bin/python -m tests.e2e.transcripts` 生成。",
            "",
            *lines,
            "",
        ]
    )


async def write() -> None:
    talks = [(file, talk) for file, talk in read_talks() if talk.transcript]
    with tempfile.TemporaryDirectory(prefix="bangban-transcripts-") as folder:
        async with (
            started(Path(folder)) as product,
            httpx.AsyncClient(trust_env=False) as http,
        ):
            results = await hold_all(product.url, Fund(product.fund_url, http), talks)
    wrong = [result.wrong for result in results if result.wrong]
    if wrong:
        sys.exit("\n\n".join(wrong))
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        old.unlink()
    for result in results:
        (FOLDER / f"{result.file}.md").write_text(as_markdown(result), "utf-8")
    (FOLDER / "README.md").write_text(index_of(results), "utf-8")


if __name__ == "__main__":
    asyncio.run(write())
