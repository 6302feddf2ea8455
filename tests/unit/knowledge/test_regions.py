"""Region files: numbers of a city put into answers, made-up ones marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.articles.regions import SHIPPED_REGIONS, RegionFileInvalid, Regions

FILE = """
name: 甲市
example: {example}
values:
  fund.limit: {{value: 150000, unit: fen_per_month, display: 每月1500元, source: {source}}}
"""


def write(
    folder: Path,
    name: str = "jia",
    *,
    example: str = "false",
    source: str = "甲市公积金〔2026〕1号",
) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(FILE.format(example=example, source=source), "utf-8")
    return path


def test_a_placeholder_becomes_what_citizens_read(tmp_path) -> None:
    write(tmp_path)
    assert Regions.load(tmp_path).get("jia").render("最多{{fund.limit}}。") == "最多每月1500元。"


def test_a_number_the_region_has_not_becomes_a_hint_to_local_rules(tmp_path) -> None:
    write(tmp_path)
    assert (
        Regions.load(tmp_path).get("jia").render("最多{{ fund.other }}。") == "最多以当地规定为准。"
    )


def test_an_unknown_region_has_no_numbers(tmp_path) -> None:
    assert Regions.load(tmp_path).get("yi").render("{{fund.limit}}") == "以当地规定为准"


def test_made_up_numbers_are_marked_as_an_example(tmp_path) -> None:
    write(tmp_path, example="true", source="示例")
    region = Regions.load(tmp_path).get("jia")
    assert "示例数据" in region.render("最多{{fund.limit}}。")
    assert "示例数据" not in region.render("没有数字。")


def test_a_national_number_in_an_example_file_is_not_called_made_up(tmp_path) -> None:
    write(tmp_path, example="true", source="条例第十八条")
    assert "示例数据" not in Regions.load(tmp_path).get("jia").render("{{fund.limit}}")


def test_a_region_is_known_by_its_files_name_and_its_own(tmp_path) -> None:
    write(tmp_path)
    regions = Regions.load(tmp_path)
    assert regions.get("甲市") == regions.get("jia")


def test_a_citys_own_folder_wins_over_the_shipped_one(tmp_path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write(first, source="旧")
    write(second, source="新")
    assert Regions.load(first, second).get("jia").values["fund.limit"].source == "新"


@pytest.mark.parametrize(
    ("text", "names"),
    [("name: [", "YAML"), ("name: 甲市", "values 有误：缺少这一项"), ("- 1", "地区文件"),
     ("name: 甲市\nvalues:\n  a: {value: 1, unit: fen, display: '', source: x}", "values.a.display"),
     ("name: 甲市\nvalues: {}\nextra: 1", "extra 有误：没有这一项")],
)  # fmt: skip
def test_a_broken_region_file_is_refused_by_name_and_field(tmp_path, text: str, names: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    with pytest.raises(RegionFileInvalid, match=names) as caught:
        Regions.load(tmp_path)
    assert "bad.yaml" in str(caught.value)


def test_the_shipped_example_is_marked_as_one() -> None:
    assert Regions.load(SHIPPED_REGIONS).get("example").example
