"""What `bangban doctor` finds of where files are kept, and of the virus scanner."""

from __future__ import annotations

import os

from app.backup import files_elsewhere
from app.finding import Finding
from core.errors import BangbanError
from core.ids import new_id
from core.scanning import Scanner
from core.settings import Settings
from core.storage.opening import open_store


async def files(settings: Settings) -> Finding:
    if settings.file_store == "local":
        folder = settings.resolved_attachment_dir
        if not folder.exists():
            return Finding("附件", True, "文件夹，首次使用时创建")
        advice = f"检查 {folder} 的权限。"
        return Finding("附件", os.access(folder, os.W_OK | os.X_OK), f"文件夹 {folder}", advice)
    where, advice = files_elsewhere(settings), "检查 BANGBAN_S3_* 各项、存储桶和读写权限。"
    try:
        store, key = open_store(settings, "doctor"), new_id()
        await store.save(key, b"doctor")
        await store.open(key)
        await store.delete(key)
    except BangbanError as error:
        return Finding("附件", False, f"{where} 不能读写：{error.message}", advice)
    return Finding("附件", True, f"{where} 可读写")


async def scanner(settings: Settings) -> Finding:
    if not settings.clamd:
        return Finding("病毒扫描", True, "没有配置（可选）")
    try:
        found = await Scanner(settings.clamd).version()
    except BangbanError as error:
        advice = "检查 BANGBAN_CLAMD 和 clamd 服务；连不上时，所有上传都会被拒绝。"
        return Finding("病毒扫描", False, error.message, advice)
    return Finding("病毒扫描", True, found)
