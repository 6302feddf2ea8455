"""`bangban kb`: import, export, search, eval, train, calibrate. `app` brings `prepare`, which makes the tables."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.clock import LOCAL_ZONE
from core.errors import InvalidInput
from core.settings import Settings
from knowledge.printing import (
    line,
    print_figures,
    print_json,
    print_refusals,
    print_results,
    report_import,
    report_preview,
    result_dict,
)

if TYPE_CHECKING:
    # Retrieval loads numpy, faiss and a dictionary: only the commands that search pay for it.
    from core.conversation.ports import KnowledgeQuery, KnowledgeResult
    from knowledge.ingest.importer import FileReport
    from knowledge.retrieval.search import Search

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Region = Annotated[str | None, typer.Option(help="地区，默认为设置中的地区")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天有效的条目查，默认今天"),
]


def build_kb_app(prepare: Callable[[Settings], None]) -> typer.Typer:
    """The command group; `prepare` is called with the settings before the database is opened."""
    app = typer.Typer(no_args_is_help=True, help="知识库：导入、导出、检索、评测")

    def settings() -> Settings:
        loaded = Settings()
        prepare(loaded)
        return loaded

    @app.callback()
    def group() -> None:
        """知识库：导入、导出、检索、评测。"""

    @app.command("import")
    def import_command(
        files: Annotated[
            list[Path],
            typer.Argument(help=".jsonl .csv .xlsx .docx .md .html .pdf", metavar="FILE..."),
        ],
        publish: Annotated[
            bool, typer.Option("--publish", help="直接发布（内容已经过审核）")
        ] = False,
        atomic: Annotated[bool, typer.Option("--atomic", help="有一行不合格就全部不导入")] = False,
        preview: Annotated[
            bool, typer.Option("--preview", help="只看每行会怎样（新增、修改、重复……），不导入")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """导入知识条目，逐行说明哪些没有导入、为什么。"""
        from knowledge.ingest.importer import ImportRefused

        if preview:
            report_preview(asyncio.run(_preview(settings(), files)), as_json=as_json)
            return
        try:
            reports = asyncio.run(_import(settings(), files, publish=publish, atomic=atomic))
        except ImportRefused as error:
            refused = error.details["refused"]
            if as_json:
                print_json(
                    {"error": {"code": error.code, "message": error.message}, "files": refused}
                )
            for file in refused:
                print_refusals(file["file"], file["refused"], sys.stderr)
            sys.stderr.write(f"失败（{error.code}）：{error.message}\n")
            raise typer.Exit(1) from None
        report_import(reports, publish=publish, as_json=as_json)

    @app.command("export")
    def export_command(
        file: Annotated[
            Path, typer.Argument(help=".jsonl .csv .xlsx .docx .md .html", metavar="FILE")
        ],
        as_json: Json = False,
    ) -> None:
        """导出全部条目（不含已停用的）。"""
        count = asyncio.run(_export(settings(), file))
        if as_json:
            print_json({"file": str(file), "articles": count})
        else:
            line(f"已导出 {count} 条到 {file}")

    @app.command("search")
    def search_command(
        text: Annotated[str | None, typer.Argument(help="市民的问题", metavar="TEXT")] = None,
        top: Annotated[int, typer.Option(min=1, max=50, help="最多几条")] = 3,
        region: Region = None,
        as_of: AsOf = None,
        business: Annotated[str | None, typer.Option(help="只查这个业务")] = None,
        internal: Annotated[bool, typer.Option("--internal", help="包括仅供坐席的条目")] = False,
        batch: Annotated[
            bool, typer.Option("--batch", help="从标准输入逐行读问题，一次查完")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """检索知识库。"""
        if batch == (text is not None):
            raise InvalidInput("给一个问题，或用 --batch 从标准输入读问题。", field="text")
        loaded = settings()
        texts = [line.strip() for line in sys.stdin if line.strip()] if batch else [text or ""]
        queries = [
            _query(
                loaded, t, top=top, region=region, as_of=as_of, business=business, internal=internal
            )
            for t in texts
        ]
        results = [result_dict(q, r) for q, r in asyncio.run(_search(loaded, queries))]
        if as_json:
            print_json(results if batch else results[0])
        else:
            print_results(results)

    @app.command("eval")
    def eval_command(
        files: Annotated[
            list[Path], typer.Argument(help='JSONL：{"query","expect"}', metavar="FILE...")
        ],
        region: Region = None,
        as_of: AsOf = None,
        batch: Annotated[bool, typer.Option("--batch", help="同时输出每个问题的回答")] = False,
        as_json: Json = False,
    ) -> None:
        """用带标准答案的问题集衡量检索质量。"""
        from knowledge.evaluation import evaluate_files, plain_bm25

        loaded = settings()

        async def run() -> dict[str, Any]:
            from knowledge.session import open_session

            async with open_session(loaded) as session:
                base = _query(loaded, "", top=10, region=region, as_of=as_of)
                search = await session.search()
                plain = plain_bm25(search.seen_by(base), search.index.analyser)
                return evaluate_files(search, files, base, plain=plain, with_answers=batch)

        report = asyncio.run(run())
        if as_json:
            print_json(report)
        else:
            print_figures(report)

    @app.command("train")
    def train_command(as_json: Json = False) -> None:
        """按当前内容训练内置向量模型（内容没变就不用训练）。"""
        loaded = settings()
        path = asyncio.run(_train(loaded))
        if as_json:
            print_json({"encoder": str(path)})
        else:
            line(f"向量模型已就绪：{path}")

    @app.command("calibrate")
    def calibrate_command(
        files: Annotated[
            list[Path] | None,
            typer.Argument(
                help='带标准答案的问题集，可以不给：{"query","expect"}', metavar="FILE..."
            ),
        ] = None,
        output: Annotated[
            Path | None, typer.Option(help="写到哪个文件，默认覆盖随产品发布的校准")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """用留出的问法重新拟合排序权重、分数和三个区间（几分钟），并画出分数与实际命中率的对照图。"""
        from knowledge.evaluation import read_cases
        from knowledge.retrieval.calibrate import calibrate
        from knowledge.retrieval.calibration import SHIPPED
        from knowledge.retrieval.reliability import draw

        loaded = settings()
        labelled = [case for path in files or [] for case in read_cases(path)]

        async def run() -> Any:
            from knowledge.session import open_session

            async with open_session(loaded) as session:
                return calibrate(await session.entries(), session.builder().analyser, labelled)

        calibration, bins = asyncio.run(run())
        target = output or SHIPPED
        calibration.save(target)
        draw(bins, target.with_suffix(".png"))
        if as_json:
            print_json(calibration.report)
        else:
            line(f"已写入 {target}")
            for name, value in calibration.report.items():
                line(f"  {name}：{value}")

    return app


async def _import(
    settings: Settings, files: list[Path], *, publish: bool, atomic: bool
) -> list[FileReport]:
    from knowledge.ingest.importer import import_files
    from knowledge.session import open_session

    async with open_session(settings) as session:
        return await import_files(session.units, files, publish=publish, atomic=atomic)


async def _preview(settings: Settings, files: list[Path]) -> list[FileReport]:
    from knowledge.ingest.importer import preview_files
    from knowledge.ingest.likeness import SearchLikeness
    from knowledge.session import open_session

    async with open_session(settings) as session:
        today = datetime.now(LOCAL_ZONE).date()
        likeness = SearchLikeness(await session.search(), today)
        return await preview_files(session.units, files, likeness)


async def _export(settings: Settings, file: Path) -> int:
    from knowledge.ingest.export import collect, write
    from knowledge.session import open_session

    async with open_session(settings) as session, session.units.read() as reading:
        articles = await collect(reading)
    write(file, articles)
    return len(articles)


async def _search(
    settings: Settings, queries: list[KnowledgeQuery]
) -> list[tuple[KnowledgeQuery, KnowledgeResult]]:
    from knowledge.session import open_session

    async with open_session(settings) as session:
        search: Search = await session.search()
        return [(query, search.search(query)) for query in queries]


async def _train(settings: Settings) -> Path:
    from knowledge.retrieval.models import training_articles
    from knowledge.session import open_session

    async with open_session(settings) as session:
        return session.builder().store.train(training_articles(await session.entries()))


def _query(
    settings: Settings,
    text: str,
    *,
    top: int,
    region: str | None,
    as_of: datetime | None,
    business: str | None = None,
    internal: bool = False,
) -> KnowledgeQuery:
    from core.conversation.ports import KnowledgeQuery

    on: date = as_of.date() if as_of else datetime.now(LOCAL_ZONE).date()
    return KnowledgeQuery(text, region or settings.region, on, business, internal, top)
