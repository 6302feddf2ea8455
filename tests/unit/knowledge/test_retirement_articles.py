"""Recomputes every number in the retirement-age articles from the rule they cite.

Rule: 国务院关于渐进式延迟法定退休年龄的办法, articles 1 and 2. From January 2025 on, who would have
retired in a given month works one month longer for each started step of months since then.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

CONTENT = Path(__file__).resolve().parents[3] / "knowledge" / "content" / "articles"
REFORM = 2025 * 12  # months from year 0 to January 2025
# article key -> (age before the reform, months of birth per month of delay, largest delay in months)
GROUPS = {
    "si-retire-age-male": (60, 4, 36),
    "si-retire-age-female-cadre": (55, 4, 36),
    "si-retire-age-female-worker": (50, 2, 60),
}
LINE = re.compile(r"(\d{4})年(\d+)月(?:至(\d+)月)?(及以前|及以后)?出生：(\d+)(?:周岁|岁(\d+)个月)")


@cache
def _answers() -> dict[str, str]:
    document = yaml.safe_load((CONTENT / "21-si-retirement.yaml").read_text(encoding="utf-8"))
    return {article["key"]: article["answer"] for article in document["articles"]}


def _age_in_months(year: int, month: int, group: tuple[int, int, int]) -> int:
    """The statutory age, in months, of somebody born in that month."""
    age, step, largest = group
    since = year * 12 + month - 1 + age * 12 - REFORM
    delay = 0 if since < 0 else min(largest, since // step + 1)
    return age * 12 + delay


@pytest.mark.parametrize("key", GROUPS)
def test_every_birth_month_in_the_article_has_the_age_that_the_rule_gives(key: str) -> None:
    found = list(LINE.finditer(_answers()[key]))
    assert len(found) >= 5
    for match in found:
        year, first, last = int(match[1]), int(match[2]), int(match[3] or match[2])
        stated = int(match[5]) * 12 + int(match[6] or 0)
        for month in range(first, last + 1):
            assert _age_in_months(year, month, GROUPS[key]) == stated, match[0]


@pytest.mark.parametrize("key", GROUPS)
def test_the_stated_ranges_end_exactly_where_the_age_changes(key: str) -> None:
    group = GROUPS[key]
    for match in LINE.finditer(_answers()[key]):
        year, first, last = int(match[1]), int(match[2]), int(match[3] or match[2])
        here = _age_in_months(year, first, group)
        if match[4] != "及以前":
            assert _age_in_months(year, first - 1, group) < here, match[0]
        if match[4] == "及以后":
            assert _age_in_months(year + 30, 1, group) == here, match[0]
        else:
            assert _age_in_months(year, last + 1, group) > here, match[0]


def test_the_least_years_of_contribution_rise_by_six_months_a_year_from_2030_to_2039() -> None:
    lines = re.findall(
        r"- (\d{4})年(?:及以后)?：(\d+)年(?:(\d+)个月)?", _answers()["si-retire-min-years"]
    )
    stated = {int(year): int(years) * 12 + int(months or 0) for year, years, months in lines}
    assert stated == {year: 15 * 12 + (year - 2029) * 6 for year in range(2030, 2040)}
