"""One JSON schema of everything that crosses a socket: events, commands, content. TypeScript types come from it."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from core.errors import BangbanError
from core.events import EVENTS
from core.sockets import CommandNamespace


def document(namespaces: list[type[CommandNamespace]]) -> dict[str, Any]:
    """`$defs` of all models; `events` and `commands` map names to them."""
    payloads = {
        namespace.__name__: {
            name: declared.payload for name, declared in namespace.commands().items()
        }
        for namespace in namespaces
    }
    models = [
        *EVENTS.values(),
        *(model for commands in payloads.values() for model in commands.values()),
    ]
    # Both namespaces have a SendMessage, so a definition is found by its model, not by the class's name.
    references, definitions = models_json_schema(
        [(model, "serialization") for model in dict.fromkeys(models)], by_alias=True
    )
    names = {
        model: reference["$ref"].rpartition("/")[2] for (model, _), reference in references.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bangban sockets",
        "$defs": definitions["$defs"],
        "events": {name: names[model] for name, model in EVENTS.items()},
        "commands": {
            namespace: {name: names[model] for name, model in commands.items()}
            for namespace, commands in payloads.items()
        },
        "error": BangbanError().as_dict(),
    }
