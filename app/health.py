"""/healthz, /readyz and /metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    generate_latest,
)

from core.auth.http import require
from core.auth.permissions import Permission

# A part: whether it works. Slower than this counts as not working.
Check = Callable[[], Awaitable[bool]]
Measure = Callable[[], Awaitable[float]]
CHECK_SECONDS = 3.0
# What the server cannot do its main job without. Rasa is not among them: knowledge and handoff go on.
ESSENTIAL = frozenset({"database", "index"})


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception:  # whatever is wrong with a part, the report is that it does not work
        return False


def build_router(checks: Mapping[str, Check], measures: Mapping[str, Measure]) -> APIRouter:
    """`checks` by part; `measures` are gauges by name, read when asked for."""
    router = APIRouter(tags=["operations"], dependencies=[Depends(require(Permission.PUBLIC))])
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    gauges = {
        name: Gauge(f"bangban_{name}", name.replace("_", " "), registry=registry)
        for name in measures
    }
    started = time.monotonic()

    @router.get("/healthz")
    async def healthz() -> dict[str, Any]:
        """The process is alive."""
        return {"status": "ok", "uptime_seconds": round(time.monotonic() - started)}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Each part; 503 while one that everything needs is missing."""
        results = await asyncio.gather(*(_passes(check) for check in checks.values()))
        parts = dict(zip(checks, results, strict=True))
        ready = all(works for part, works in parts.items() if part in ESSENTIAL)
        status = "ready" if all(parts.values()) else "degraded" if ready else "unavailable"
        body = {
            "status": status,
            "parts": {part: "ok" if works else "down" for part, works in parts.items()},
        }
        return JSONResponse(body, status_code=200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Counts for Prometheus; no personal data."""
        for name, measure in measures.items():
            gauges[name].set(await measure())
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
