"""Reads messages.yaml; used by the load generator and by the measurements in this process."""

from __future__ import annotations

from pathlib import Path

import yaml

MESSAGES = Path(__file__).with_name("messages.yaml")


def read_conversations(path: Path = MESSAGES) -> list[list[str]]:
    """What each kind of citizen says, in order."""
    conversations = yaml.safe_load(path.read_text("utf-8"))["conversations"]
    return [[str(text) for text in conversation] for conversation in conversations]
