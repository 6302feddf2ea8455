"""`bangban tickets`: tickets from a spreadsheet, and the spreadsheet to fill in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands.database import on_database
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWorkFactory
from core.uploads import FileTooLarge
from handoff.tickets.importing.checking import MAX_BYTES
from handoff.tickets.importing.schemas import Store, TicketImport
from handoff.tickets.importing.service import TicketImporter
from handoff.tickets.life.who import System
from handoff.tickets.types.shipped import add_shipped

tickets_app = typer.Typer(no_args_is_help=True, help="工单：从表格导入")
# As the histories of the tickets call whoever ran the command.
IMPORTER = System("命令行导入")


@tickets_app.callback()
def tickets() -> None:
    """工单：从表格导入"""


@tickets_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help=".xlsx 或 .csv", metavar="FILE")],
    type_id: Annotated[
        str | None, typer.Option("--type", help="没有写“类型”的行是哪一类（编号或名称）")
    ] = None,
    good: Annotated[
        bool, typer.Option("--good", help="有不合格的行时，也导入合格的（默认一行都不导入）")
    ] = False,
    preview: Annotated[bool, typer.Option("--preview", help="只检查，不导入")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导入工单，逐行说明哪些没有导入、为什么。重复导入同一个文件不会重复登记。"""
    data = _content(file)
    store: Store = "none" if preview else "good" if good else "all"

    async def work(uows: UnitOfWorkFactory) -> TicketImport:
        # Before the first start of the server nothing has been installed.
        async with uows.write() as uow:
            await add_shipped(uow)
        return await TicketImporter(uows).take_in(data, IMPORTER, store=store, type_id=type_id)

    done = on_database(work)
    if as_json:
        print(done.model_dump_json())
    else:
        _report(done, preview=preview)
    if done.refused:
        raise typer.Exit(1)


@tickets_app.command("template")
def template_command(
    type_id: Annotated[str, typer.Argument(help="工单类型的编号或名称", metavar="TYPE")],
    file: Annotated[Path, typer.Argument(help="写到哪个 .xlsx", metavar="FILE")],
) -> None:
    """写一个空的导入模板，第二页说明每一列怎么填。"""

    async def work(uows: UnitOfWorkFactory) -> bytes:
        async with uows.write() as uow:
            await add_shipped(uow)
        return (await TicketImporter(uows).template(type_id))[1]

    try:
        file.write_bytes(on_database(work))
    except OSError as error:
        raise InvalidInput(f"写不了文件 {file}：{error.strerror}。") from None
    print(f"模板已写到 {file}")


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise FileTooLarge(limit=MAX_BYTES)
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"打不开文件 {file}：{error.strerror}。") from None


def _report(done: TicketImport, *, preview: bool) -> None:
    for refused in done.refused:
        column = f"“{refused.column}”" if refused.column else ""
        print(f"第 {refused.row} 行{column}：{refused.message}", file=sys.stderr)
    known, wrong = len(done.known), done.wrong
    if preview:
        print(f"共 {done.rows} 行：可以导入 {done.good} 行，以前导入过 {known} 行，有误 {wrong} 行")
        return
    if done.refused and not done.filed:
        print("没有导入。改正后重新导入，或加 --good 只导入合格的行。", file=sys.stderr)
    print(f"共 {done.rows} 行：已导入 {len(done.filed)} 行，以前导入过 {known} 行，有误 {wrong} 行")
