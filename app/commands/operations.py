"""`bangban doctor`, `backup` and `restore`: for the engineer who runs the installation."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from core.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(help="备份文件，例如 bangban-backup.tar.gz")],
) -> None:
    """备份全部数据（可在运行中进行）。"""
    from app.backup import backup as write
    from app.backup import files_elsewhere

    settings = Settings()
    write(settings, file)
    print(f"已备份到 {file}（{file.stat().st_size / 1e6:.1f} MB）。文件含密钥，请妥善保管。")
    if elsewhere := files_elsewhere(settings):
        print(f"附件在 {elsewhere}，不在备份里：请在对象存储上开启版本保留或跨区复制。")


def restore(
    file: Annotated[Path, typer.Argument(help="backup 生成的文件")],
    force: Annotated[bool, typer.Option("--force", help="覆盖已有数据")] = False,
) -> None:
    """从备份恢复全部数据（需先停止服务）。"""
    from app.backup import restore as read

    elsewhere = read(Settings(), file, force=force)
    print("已恢复，可以重新启动服务。")
    if elsewhere:
        print(f"备份里没有附件，它们在 {elsewhere}：请确认 BANGBAN_S3_* 指向那里。")


def doctor(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """检查运行环境，并说明怎么解决。"""
    from app.doctor import examine

    findings = asyncio.run(examine(Settings()))
    if as_json:
        print(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            mark = "✓" if finding.ok else "✗"
            print(f"{mark} {finding.part}：{finding.found}")
            if not finding.ok:
                print(f"    → {finding.advice}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
