"""What the dialogue engine is told of the time in which it had no part. Belongs to the Bot port (ports.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AfterPeople:
    """Who served the citizen before the bot's episode. `said`: what the citizen told them last, newest last."""

    name: str
    agent_id: str
    at: datetime
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class MissedTurn:
    """A turn that was answered without the dialogue engine, which must be told of it.

    `text`: what was asked. `contents`: what was answered, as stored. `understanding`: of a question that was looked
    up in the knowledge base, its band, article_id, score and business; else None.
    """

    seq: int
    text: str
    contents: tuple[dict[str, Any], ...]
    understanding: dict[str, Any] | None
