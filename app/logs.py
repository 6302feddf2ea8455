"""Logging: one line an entry, to standard error. Texts of messages and personal data are never logged."""

from __future__ import annotations

import logging
import sys

# Below warnings only what we have written ourselves: at DEBUG a database driver says every statement with its values,
# which are texts, names and openids, an HTTP client whole addresses with their tokens, a parser what it parses.
_OURS = frozenset({"actions", "app", "bot", "channels", "core", "handoff", "knowledge"})

# Of a flood of broken frames one line every so often says enough.
_FRAME_SECONDS = 10.0


class _BrokenFrames(logging.Filter):
    """Frames that are no packets: who sent them, not we, has to look into it. Their traces may quote them."""

    def __init__(self) -> None:
        super().__init__()
        self._last = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info or record.exc_info[0] is None:
            return True
        if record.created - self._last < _FRAME_SECONDS:
            return False
        self._last = record.created
        record.msg = f"{record.getMessage()}: {record.exc_info[0].__name__}"
        record.args, record.exc_info, record.exc_text = (), None, None
        return True


def _only_warnings_of_libraries(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS


def configure(level: str) -> None:
    """Set up the process's logging once. `level` as in the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Not by their loggers' levels, which some of these libraries set themselves when they are imported.
    handler.addFilter(_only_warnings_of_libraries)
    logging.getLogger("engineio.server").addFilter(_BrokenFrames())
