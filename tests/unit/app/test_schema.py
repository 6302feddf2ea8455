"""The one schema of the sockets: whole, resolvable, and without two models under one name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.schema import document
from channels.web.namespace import VisitorNamespace
from core.events import EVENTS
from handoff.desk.namespace import AgentNamespace

DOCUMENT = document([VisitorNamespace, AgentNamespace])


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_every_event_and_command_has_a_definition() -> None:
    assert set(DOCUMENT["events"]) == set(EVENTS)
    for namespace in (VisitorNamespace, AgentNamespace):
        assert set(DOCUMENT["commands"][namespace.__name__]) == set(namespace.commands())
    named = [*DOCUMENT["events"].values()]
    for commands in DOCUMENT["commands"].values():
        named += commands.values()
    assert set(named) <= set(DOCUMENT["$defs"])


def test_every_reference_leads_somewhere() -> None:
    references = set(_references(DOCUMENT))
    assert references
    assert {r for r in references if r.removeprefix("#/$defs/") not in DOCUMENT["$defs"]} == set()


def test_commands_of_the_same_name_keep_their_own_payloads() -> None:
    definitions, commands = DOCUMENT["$defs"], DOCUMENT["commands"]
    visitor = definitions[commands["VisitorNamespace"]["send_message"]]
    agent = definitions[commands["AgentNamespace"]["send_message"]]
    assert set(visitor["properties"]) == {"client_msg_id", "content"}
    assert {"conversation_id", "mentions"} <= set(agent["properties"])


def test_payloads_refuse_what_they_do_not_know() -> None:
    for commands in DOCUMENT["commands"].values():
        for name in commands.values():
            assert DOCUMENT["$defs"][name]["additionalProperties"] is False, name


def test_it_is_json_and_the_error_has_its_three_parts() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    assert set(DOCUMENT["error"]) == {"code", "message", "details"}
