"""The numbers of regions that ship, and how articles quote them."""

from __future__ import annotations

import re

import pytest

from tests.unit.knowledge.shipped import REGIONS, articles, load

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
UNITS = {
    "basis_points",
    "days",
    "fen",
    "fen_per_day",
    "fen_per_month",
    "fen_per_year",
    "month",
    "months",
    "percent",
    "phone",
    "ratio",
    "table",
    "text",
    "times",
    "workdays",
    "years",
}


def test_placeholders_exist_in_the_example_region() -> None:
    known = {
        *load(REGIONS / "national.yaml")["values"],
        *load(REGIONS / "example.yaml")["values"],
    }
    for _, _, article in articles():
        used = set(PLACEHOLDER.findall(article["answer"]))
        assert used <= known, (article["key"], used - known)


def test_an_answer_reads_well_when_a_city_number_is_missing() -> None:
    """A missing number becomes 以当地规定为准, which only reads well after ： or in brackets."""
    for _, _, article in articles():
        for match in PLACEHOLDER.finditer(article["answer"]):
            before = article["answer"][match.start() - 1]
            assert before in "：（，、" or _in_brackets(article["answer"], match.start()), (
                article["key"],
                article["answer"][max(0, match.start() - 15) : match.end()],
            )


def _in_brackets(text: str, position: int) -> bool:
    return text.rfind("（", 0, position) > text.rfind("）", 0, position)


def test_an_article_with_city_numbers_says_that_cities_differ() -> None:
    hints = ("各地", "当地", "城市", "地方", "各省", "统筹地区", "参保地")
    values = load(REGIONS / "example.yaml")["values"]
    for _, _, article in articles():
        used = set(PLACEHOLDER.findall(article["answer"]))
        if any(key in values and values[key]["unit"] not in {"phone", "text"} for key in used):
            text = PLACEHOLDER.sub("", article["answer"])
            assert any(hint in text for hint in hints), article["key"]


def test_the_example_region_is_marked_as_an_example() -> None:
    region = load(REGIONS / "example.yaml")
    assert region["example"] is True
    assert "示例" in region["name"]


def test_a_national_number_names_its_document_and_is_not_made_up() -> None:
    for key, value in load(REGIONS / "national.yaml")["values"].items():
        assert "示例" not in value["source"], key


@pytest.mark.parametrize("name", ["national", "example"])
def test_the_values_of_a_region_are_complete(name: str) -> None:
    for key, value in load(REGIONS / f"{name}.yaml")["values"].items():
        assert re.fullmatch(r"(fund|si)\.[a-z0-9_]+", key), key
        assert {"value", "unit", "display", "source"} <= set(value), key
        assert value["unit"] in UNITS, (key, value["unit"])
        assert value["display"].strip(), key
        if value["unit"].startswith("fen"):
            assert isinstance(value["value"], int), key
            assert value["value"] >= 0, key
