"""Logging: one line an entry, to standard error. Texts of messages and personal data are never logged."""

from __future__ import annotations

import logging
import sys

_QUIET = (
    "alembic", "bm25s", "engineio", "faiss", "httpcore", "httpx", "jieba", "rasa_sdk", "socketio",
    "uvicorn.access", "uvicorn.error", "websockets",
)  # fmt: skip


def configure(level: str) -> None:
    """Set up the process's logging once. `level` as in the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Access lines would hold addresses and query strings; the others only speak of themselves.
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
