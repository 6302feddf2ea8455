"""The fund's business system over HTTP: implements core's BusinessGateway port. Built by `app`."""

from __future__ import annotations

import logging

import httpx
from pydantic import BaseModel, ValidationError

from core.conversation.business import ServiceHall
from core.errors import Unavailable

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 3.0


class _Hall(BaseModel):
    id: str
    name: str
    address: str
    phone: str
    hours: str
    district: str


class _Halls(BaseModel):
    halls: list[_Hall]


class HttpBusinessGateway:
    """GET {base}/v1/halls?region=... -> {"halls": [{name, address, phone, hours, district}]}."""

    def __init__(self, base: str, client: httpx.AsyncClient) -> None:
        self._base = base.rstrip("/")
        self._client = client

    async def service_halls(self, region: str) -> list[ServiceHall]:
        """The region's halls. Raises Unavailable when the system is down or answers nonsense."""
        try:
            response = await self._client.get(
                f"{self._base}/v1/halls", params={"region": region}, timeout=TIMEOUT_SECONDS
            )
            response.raise_for_status()
            found = _Halls.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("the business system did not answer properly: %s", type(error).__name__)
            raise Unavailable("业务系统暂时没有响应。", part="business_system") from error
        return [ServiceHall(**hall.model_dump()) for hall in found.halls]
