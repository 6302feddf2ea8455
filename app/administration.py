"""Who works here and what may be written, wired: sensitive words, accounts, audit trail. Called by the container."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from core.sensitive.book import SensitiveWords, WordBook
from core.sensitive.endpoints import build_router as build_words
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.revealing import Revealing
from handoff.desk.revealing import build_router as build_revealing


@dataclass(frozen=True)
class Administration:
    uows: UnitOfWorkFactory
    words: WordBook

    def routers(self) -> list[APIRouter]:
        return [
            build_words(self.uows, self.words),
            build_revealing(Revealing(self.uows)),
        ]

    def jobs(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        return [("words", self.words.refresh_forever())]


def build_administration(uows: UnitOfWorkFactory, words: SensitiveWords) -> Administration:
    """`words`: the holder that engine and desk ask; the book keeps it current."""
    return Administration(uows=uows, words=WordBook(uows=uows, words=words))
