"""Files of conversations and tickets as the server runs them: service, links, routes and job, in one place."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from channels.web.arrivals import Arrivals
from channels.web.attachment_endpoints import build_router as build_uploads
from core.config_endpoints import add_document
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.service import Attachments
from core.conversation.attachments.settings import CONFIG_NAME, ExchangeSettings
from core.conversation.engine import Engine
from core.conversation.schemas import MessageRead
from core.scanning import Scanner
from core.settings import Settings
from core.storage.opening import open_store
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.attachment_endpoints import build_router
from handoff.desk.reading import DeskReader
from handoff.desk.recalling import Recalling
from handoff.tickets.access import may_read
from handoff.tickets.file_endpoints import build_router as build_ticket_files


@dataclass(frozen=True)
class Files:
    uows: UnitOfWorkFactory
    attachments: Attachments
    links: FileLinks
    reader: DeskReader

    def for_citizen(self, payload: BaseModel) -> BaseModel:
        """What is pushed to citizens: with the keys to files."""
        if isinstance(payload, MessageRead):
            return self.links.message_for_citizen(payload)
        return payload

    def routers(self, engine: Engine, arrivals: Arrivals) -> list[APIRouter]:
        settings = APIRouter(prefix="/desk/settings", tags=["settings"])
        add_document(
            settings, "/exchange", name=CONFIG_NAME, model=ExchangeSettings, uows=self.uows
        )
        files = build_router(self.attachments, self.links, self.reader, Recalling(self.uows))
        uploads = build_uploads(
            arrivals=arrivals, engine=engine, attachments=self.attachments, links=self.links,
            clock=self.uows.clock,
        )  # fmt: skip
        of_tickets = build_ticket_files(
            uows=self.uows, attachments=self.attachments, links=self.links, may_read=may_read
        )
        return [settings, files, uploads, of_tickets]

    def jobs(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        return [("files", self.attachments.sweep_forever())]


def build_files(settings: Settings, uows: UnitOfWorkFactory, reader: DeskReader) -> Files:
    return Files(
        uows=uows,
        attachments=Attachments(
            uows, open_store(settings, "conversations"), Scanner(settings.clamd)
        ),
        links=FileLinks(settings.load_secret_key(), uows.clock),
        reader=reader,
    )
