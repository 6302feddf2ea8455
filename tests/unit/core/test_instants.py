"""Times on their way into the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from core.database import Instant

EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=EAST), datetime.max.replace(tzinfo=WEST)]
)
def test_the_ends_of_time_in_another_zone_are_those_of_ours(moment: datetime) -> None:
    bound = Instant().process_bind_param(moment, postgresql.dialect())
    assert bound == moment.replace(tzinfo=UTC)


def test_sqlite_gets_it_in_utc_without_a_zone() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=EAST)
    bound = Instant().process_bind_param(noon, sqlite.dialect())
    assert bound == datetime(2026, 11, 21, 22)  # noqa: DTZ001


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        Instant().process_bind_param(datetime(2026, 11, 22), sqlite.dialect())  # noqa: DTZ001
