"""A list of tickets as a spreadsheet: read some hundred at a time, streamed from a file without a name."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.conversation.keeping import CONFIG_NAME, PersonalSettings
from core.errors import InvalidInput, PermissionDenied
from core.masking import mask_personal
from core.rate_limit import RateLimit
from core.spreadsheets import guarded
from core.unit_of_work import UnitOfWorkFactory
from handoff.tickets.listing.schemas import ExportWrite, TicketRow
from handoff.tickets.listing.service import TicketLists
from handoff.tickets.types.definition import PRIORITIES

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Spreadsheet programs still open these in seconds.
MOST_ROWS = 100_000
CHUNK = 256 * 1024
STATUSES = {
    "new": "待受理", "open": "办理中", "pending": "等待补充", "resolved": "已办结", "closed": "已关闭",
    "withdrawn": "已撤销",
}  # fmt: skip
SOURCES = {
    "agent": "坐席登记", "bot": "机器人登记", "citizen": "市民提交", "left_message": "留言", "api": "系统对接",
    "import": "表格导入",
}  # fmt: skip
_WIDTHS = (20, 10, 36, 10, 10, 14, 10, 10, 16, 12, 12, 16, 12, 18, 18, 18, 10, 8)
_HEAD = (
    "编号", "类型", "标题", "紧急程度", "状态", "环节", "业务", "地区", "部门", "办理人", "市民", "电话", "来源",
    "登记时间", "最近更新", "办理期限", "是否超时", "评分",
)  # fmt: skip


class ExportTooLarge(InvalidInput):
    code = "export_too_large"
    default_message = f"一次最多导出 {MOST_ROWS} 张工单，请先缩小筛选范围。"


class TicketExport:
    def __init__(self, uows: UnitOfWorkFactory, lists: TicketLists) -> None:
        self._uows = uows
        self._lists = lists
        # Whoever collects numbers runs into it.
        self._whole = RateLimit(uows.clock, limit=10, window=timedelta(minutes=10))

    async def make(self, actor: Actor, wanted: ExportWrite) -> IO[bytes]:
        """The sheet in a file that nobody else can open and that is gone when closed; noted with how many and why.

        Raises PermissionDenied, InvalidInput for a missing reason, ExportTooLarge, TooManyRequests.
        """
        if wanted.phones:
            await self._check_phones(actor, wanted.reason)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("工单")
        for number, width in enumerate(_WIDTHS):
            sheet.column_dimensions[chr(ord("A") + number)].width = width
        sheet.freeze_panes = "A2"
        sheet.append([_text(sheet, name) for name in _HEAD])
        try:
            count = await self._fill(sheet, actor, wanted)
        except BaseException:
            # Unfinished sheets leave files behind.
            (await asyncio.to_thread(_saved, book)).close()
            raise
        file = await asyncio.to_thread(_saved, book)
        await self._note(actor, wanted, count)
        return file

    async def _fill(self, sheet: Any, actor: Actor, wanted: ExportWrite) -> int:
        count = 0
        async for rows in self._lists.every(actor, wanted.query, whole=wanted.phones):
            count += len(rows)
            if count > MOST_ROWS:
                raise ExportTooLarge()
            await asyncio.to_thread(_append, sheet, rows)
        return count

    async def _check_phones(self, actor: Actor, reason: str) -> None:
        if not actor.may(Permission.PERSONAL_READ):
            raise PermissionDenied(permission=Permission.PERSONAL_READ)
        self._whole.check(actor.account_id)
        async with self._uows.read() as session:
            settings = await get_config(session, CONFIG_NAME, PersonalSettings)
        if settings.reveal_reason and not reason.strip():
            raise InvalidInput("请写明为什么需要完整的电话号码。", field="reason")

    async def _note(self, actor: Actor, wanted: ExportWrite, count: int) -> None:
        """By what was filtered, and never for whom."""
        why = {"reason": mask_personal(wanted.reason.strip())} if wanted.reason.strip() else {}
        async with self._uows.write() as uow:
            audit.record(
                uow, actor=actor.account_id, action="ticket.exported", subject="ticket:list",
                list=wanted.query.view, filters=sorted(wanted.query.model_fields_set - {"view"}),
                count=count, phones=wanted.phones, **why,
            )  # fmt: skip


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file's bytes, and then it is gone."""
    try:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
    finally:
        file.close()


def _append(sheet: Any, rows: list[TicketRow]) -> None:
    for row in rows:
        sheet.append(
            [
                *(
                    _text(sheet, value)
                    for value in (
                        row.number, row.type_name, row.title, PRIORITIES[row.priority],
                        STATUSES[row.status], row.stage_name, row.business or "", row.region or "",
                        row.department_name or "", row.assignee_name or "", row.citizen_name,
                        row.citizen_phone, SOURCES.get(row.source, row.source),
                    )
                ),
                _local(row.created_at), _local(row.updated_at), _local(row.due_at),
                "是" if row.overdue else "", row.score,
            ]
        )  # fmt: skip


def _text(sheet: Any, text: str) -> Any:
    """A text and never a formula, also when somebody edits it or saves it as CSV."""
    cell = WriteOnlyCell(sheet, value=guarded(text))
    cell.data_type = "s"
    return cell


def _local(at: datetime | None) -> datetime | None:
    """As a clock in China shows it: spreadsheets know no zones."""
    return at.astimezone(LOCAL_ZONE).replace(tzinfo=None, microsecond=0) if at else None


def _saved(book: Workbook) -> IO[bytes]:
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        book.save(file)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file
