"""The example region's numbers as they ship, and the business system's stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from actions.region import RegionNumbers
from knowledge.articles.regions import SHIPPED_REGIONS, Regions
from tests.fund import FundStand, Port, fund_stand


@pytest.fixture(scope="session")
def region() -> RegionNumbers:
    found = Regions.load(SHIPPED_REGIONS).get("example")
    return RegionNumbers(found.name, found.example, found.values)


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    with Port().served() as served:
        yield served


@pytest.fixture
async def fund() -> AsyncIterator[FundStand]:
    """The business system's stand-in with the product's adapter, in this process."""
    async with fund_stand() as stand:
        yield stand


@pytest.fixture(params=["in_process", "over_http"])
async def any_fund(request: pytest.FixtureRequest, port: Port) -> AsyncIterator[FundStand]:
    """The same in this process and over a socket."""
    async with fund_stand(port=port if request.param == "over_http" else None) as stand:
        yield stand
