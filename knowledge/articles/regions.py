"""Region files: the numbers a city decides for itself, put into answers in place of {{placeholders}}."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import BangbanError
from core.validation import reason

SHIPPED_REGIONS = Path(__file__).resolve().parent.parent / "content" / "regions"
# What is the same everywhere; a region's own file adds to it.
NATIONAL = "national"
ABSENT = "以当地规定为准"
# `source` of values that are made up; real cities name a document.
INVENTED = "示例"
PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_.]+)\s*\}\}")


class RegionFileInvalid(BangbanError):
    """Details: `file`, and where in it."""

    code, status = "region_file_invalid", 500
    default_message = "地区文件有误。"


class RegionValue(BaseModel):
    """`value` (in `unit`, money in fen; a table is a mapping) is for programs, `display` is what citizens read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: int | str | dict[str, int | str]
    unit: str
    display: str = Field(min_length=1)
    source: str = Field(min_length=1)
    note: str = ""


class RegionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    example: bool = False
    values: dict[str, RegionValue]


@dataclass(frozen=True)
class Region:
    """A region by its file's name (`key`) and its own name; articles may use either."""

    key: str
    name: str
    example: bool
    values: dict[str, RegionValue]

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.key, self.name})

    def render(self, markdown: str) -> str:
        """`markdown` with its placeholders filled; made-up numbers are marked as an example."""
        invented = False

        def fill(match: re.Match[str]) -> str:
            nonlocal invented
            found = self.values.get(match.group(1))
            if found is None:
                return ABSENT
            invented = invented or (self.example and found.source == INVENTED)
            return found.display

        text = PLACEHOLDER.sub(fill, markdown)
        if invented:
            text = f"{text.rstrip()}\n\n> 示例数据：文中的地方标准取自“{self.name}”，仅供演示，请以当地公布的为准。"
        return text


class Regions:
    """All region files of a folder. An unknown region has only the nation's numbers, for the rest answers say
    以当地规定为准.
    """

    def __init__(
        self, regions: list[Region], national: dict[str, RegionValue] | None = None
    ) -> None:
        self._national = national or {}
        whole = [replace(r, values={**self._national, **r.values}) for r in regions]
        self._by_name = {name: region for region in whole for name in region.names}

    @classmethod
    def load(cls, *folders: Path) -> Regions:
        """Read *.yaml of the folders, later ones winning. Raises RegionFileInvalid naming file and field."""
        files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}
        national = files.pop(NATIONAL, None)
        return cls(
            [_read(path) for path in files.values()], _read(national).values if national else None
        )

    @property
    def known(self) -> list[Region]:
        """Every region that has a file, by its name."""
        return sorted(
            {r.key: r for r in self._by_name.values()}.values(), key=lambda region: region.name
        )

    def get(self, name: str) -> Region:
        found = self._by_name.get(name)
        return found or Region(key=name, name=name, example=False, values=self._national)


def _read(path: Path) -> Region:
    try:
        data: Any = yaml.safe_load(path.read_text("utf-8"))
        file = RegionFile.model_validate(data)
    except yaml.YAMLError as error:
        raise RegionFileInvalid(
            f"地区文件 {path.name} 不是正确的 YAML：{error}", file=path.name
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegionFileInvalid(
            f"地区文件 {path.name} 的 {where} 有误：{reason(first)}", file=path.name, field=where
        ) from error
    return Region(path.stem, file.name, file.example, file.values)
