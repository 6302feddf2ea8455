"""What the citizens of `make bench` say; used by the load generator and by the measurements in this process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from benchmarks.mix import draw_conversations

MESSAGES = Path(__file__).with_name("messages.yaml")
# `realistic`: three quarters knowledge questions, many of them hot. `varied`: half of the turns inside forms.
Mix = Literal["realistic", "varied"]


@cache
def read_conversations(mix: Mix = "varied") -> list[list[str]]:
    """What each kind of citizen says, in order."""
    if mix == "realistic":
        return draw_conversations()
    conversations = yaml.safe_load(MESSAGES.read_text("utf-8"))["conversations"]
    return [[str(text) for text in conversation] for conversation in conversations]
