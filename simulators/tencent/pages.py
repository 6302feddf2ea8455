"""The pages to chat by hand look alike and share what is in the folder `page`: style sheet and small helpers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

SHARED = Path(__file__).with_name("page")


def mount_page(app: FastAPI, folder: Path) -> None:
    """Serve `folder` at the root of the app, with the shared files beside its own."""
    for file in sorted(SHARED.iterdir()):
        app.add_api_route(
            f"/{file.name}", _sender(file), include_in_schema=False, response_model=None
        )
    app.mount("/", StaticFiles(directory=folder, html=True))


def _sender(file: Path) -> Callable[[], Awaitable[FileResponse]]:
    async def send() -> FileResponse:
        return FileResponse(file)

    return send
