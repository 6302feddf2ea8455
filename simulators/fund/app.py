"""The fund's business system as the product asks it: service halls now, personal queries later."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel

from simulators.fund.halls import HALLS, Hall


class HallList(BaseModel):
    halls: list[Hall]


def build_app() -> FastAPI:
    app = FastAPI(title="Business system stand-in", docs_url=None, redoc_url=None)

    @app.get("/v1/halls")
    async def halls(region: str = "") -> HallList:
        """The service halls of a region; all without one, none for a region that is not served."""
        return HallList(halls=[hall for hall in HALLS if not region or region in hall.regions])

    return app
