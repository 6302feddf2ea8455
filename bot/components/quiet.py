"""Keeps Rasa's own log free of what citizens wrote. Called by serve.py and train.py before Rasa starts."""

from __future__ import annotations

import logging
import os
import warnings


def keep_quiet(level: str = "WARNING") -> None:
    """Telemetry off, deprecations of Rasa's own pins off, and only the plain log from `level` up."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    import jieba
    import structlog

    jieba.setLogLevel(logging.WARNING)
    # Rasa logs messages, slots and trackers through structlog, at several levels. None of it is kept.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        cache_logger_on_first_use=True,
    )
