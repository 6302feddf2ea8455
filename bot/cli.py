"""`bangban train` and `bangban nlu eval`; app/cli.py mounts them and says where further examples come from."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.editing.catalogue import shipped
from bot.editing.live import live_model
from bot.evaluation import Example, Guess, Report, guess_all, read_examples, score
from bot.training import Examples
from bot.training import train as train_model
from core.settings import ROOT, Settings

JsonOption = Annotated[bool, typer.Option("--json", help="输出一个 JSON 文档")]


def build_train(examples: Callable[[], Examples]) -> Callable[..., None]:
    """The command `train`; `examples` are trained on beside the project's own data."""

    def train(
        force: Annotated[bool, typer.Option("--force", help="即使没有变化也重新训练")] = False,
        live: Annotated[bool, typer.Option("--live", help="取出控制台里选用的模型")] = False,
        as_json: JsonOption = False,
    ) -> None:
        """训练机器人（训练数据没有变化时使用缓存的模型）。"""
        settings = Settings()
        if live:
            chosen = asyncio.run(live_model(settings, examples))
            typer.echo(json.dumps({"model": str(chosen)}) if as_json else str(chosen))
            return
        trained = train_model(ROOT, settings.model_dir, examples(), force=force)
        if as_json:
            typer.echo(json.dumps({"model": str(trained.model), "cached": trained.cached}))
        else:
            state = "没有变化，使用已有的模型" if trained.cached else "训练完成"
            typer.echo(f"{state}：{trained.model}")

    return train


def build_nlu_app(examples: Callable[[], Examples]) -> typer.Typer:
    """The command group `nlu`; the model measured is the one `train` makes."""
    app = typer.Typer(no_args_is_help=True, help="意图识别的评测")

    @app.callback()
    def nlu() -> None:
        """意图识别的评测"""

    @app.command("eval")
    def evaluate_file(
        file: Annotated[
            Path, typer.Argument(help='JSONL 文件，每行 {"text","intent"}，可以有 "entities"')
        ],
        pictures: Annotated[
            Path | None, typer.Option("--pictures", help="把混淆矩阵和置信度分布画到这个目录")
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """用标注好的句子评测：准确率、宏平均 F1、范围外召回率、混淆、实体 F1。"""
        labelled = read_examples(file)
        further = examples()
        model = train_model(ROOT, Settings().model_dir, further).model
        guesses, times = guess_all(ROOT, model, labelled)
        pairs = list(zip(labelled, guesses, strict=True))
        report = score(pairs, times, _trained(further))
        if pictures is not None:
            _draw(pairs, pictures)
        if as_json:
            typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            _print(report)

    return app


def _trained(further: Examples) -> set[str]:
    """All sentences the model was trained on."""
    own = shipped().examples.values()
    return {text for texts in [*own, *further.values()] for text in texts}


def _draw(pairs: Sequence[tuple[Example, Guess]], folder: Path) -> None:
    from bot.pictures import draw_confidence, draw_confusion

    folder.mkdir(parents=True, exist_ok=True)
    draw_confusion(pairs, folder / "nlu-confusion.png")
    draw_confidence(pairs, folder / "nlu-confidence.png")


def _print(report: Report) -> None:
    def share(value: float | None) -> str:
        return "—" if value is None else f"{value:.1%}"

    typer.echo(f"句子            {report.sentences}（其中 {report.trained_on} 句与训练句相同）")
    typer.echo(
        f"准确率          {report.accuracy:.1%}（未见过的句子 {share(report.accuracy_unseen)}）"
    )
    typer.echo(f"宏平均 F1       {report.macro_f1:.3f}")
    typer.echo(
        f"范围内准确率    {share(report.accuracy_in_scope)}"
        f"（未被拒的 {share(report.accuracy_not_refused)}，被拒 {share(report.refused_in_scope)}）"
    )
    typer.echo(
        f"范围外召回率    {share(report.out_of_scope_recall)}"
        f"（其中明确识别 {share(report.out_of_scope_recognised)}）"
    )
    typer.echo(
        f"办事当成咨询    {share(report.tasks_as_questions)}，"
        f"咨询当成办事 {share(report.questions_as_tasks)}"
    )
    if report.entities is not None:
        found = report.entities
        typer.echo(
            f"实体 F1         微平均 {found.micro_f1:.3f}，宏平均 {found.macro_f1:.3f}"
            f"（{found.sentences} 句，{found.labelled} 个）"
        )
    typer.echo(
        f"解析耗时        p50 {report.parse_milliseconds_p50:.1f} ms，"
        f"p95 {report.parse_milliseconds_p95:.1f} ms"
    )
    for confusion in report.confusion[:20]:
        texts = "；".join(confusion.examples[:3])
        typer.echo(f"  {confusion.expected} → {confusion.got}  {confusion.count} 句，如：{texts}")
