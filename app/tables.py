"""All tables of the product in one metadata: importing the models registers them. For migrations."""

from __future__ import annotations

import importlib
import pkgutil

import bot
import channels
import core
import handoff
import knowledge
from core.database import Base


def _import_models() -> None:
    """Every module named `models`, and the few tables that live beside their queries."""
    for package in (core, handoff, knowledge, channels, bot):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rpartition(".")[2] == "models":
                importlib.import_module(module.name)
    for name in (
        "core.audit",
        "core.configs",
        "core.conversation.feedback",
        "channels.tencent.replies.windows",
    ):
        importlib.import_module(name)


_import_models()
metadata = Base.metadata
