"""What `/api/openapi.json` says beyond the routes: how one logs in, how errors look, which events other systems get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from core.auth.permissions import Permission
from handoff.tickets.office.event import TicketEvent

BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "The `token` of a login, or a program's key (`bbk_…`, made in 设置 → 办公系统对接).",
}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "description": "Stable."},
                "message": {
                    "type": "string",
                    "description": "A Chinese sentence that may be shown.",
                },
                "details": {"type": "object"},
            },
        }
    },
}
_REFUSED = {
    "description": "Refused; what may come is in docs/tickets-api.md and in the routes.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def install(app: FastAPI) -> None:
    """Made when it is first asked for, as FastAPI does it."""

    @app.webhooks.post("ticket.<step>", tags=["tickets"])
    def ticket_event(body: TicketEvent) -> None:
        """Sent to each connected system for every step it wants, signed (docs/tickets-api.md)."""

    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            parts = schema.setdefault("components", {})
            parts["securitySchemes"] = {"bearer": BEARER}
            parts.setdefault("schemas", {})["Error"] = ERROR
            for route in iter_route_contexts(app.routes):
                if isinstance(route.original_route, APIRoute):
                    _describe(schema["paths"].get(route.path, {}), route)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _describe(path: dict[str, Any], route: RouteContext) -> None:
    """`path`: what the description says of the route's address."""
    asked = [getattr(each.call, "permission", None) for each in _all(route.dependant)]
    for method in route.methods or ():
        operation = path.get(method.lower())
        if operation is not None:
            operation["responses"]["4XX"] = _REFUSED
            # Ours look otherwise than the framework's own.
            operation["responses"].pop("422", None)
            if Permission.PUBLIC not in asked:
                operation["security"] = [{"bearer": []}]


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for inner in dependant.dependencies:
        yield inner
        yield from _all(inner)
