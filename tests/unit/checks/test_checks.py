"""The repository's own checks find what they are for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy.checks.file_sizes import too_long
from deploy.checks.pure_modules import impurities


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_long_source_file_is_named_and_an_ignored_or_generated_one_is_not(clone: Path) -> None:
    put(clone, ".gitignore", "node_modules/\n")
    put(clone, "core/short.py", "x = 1\n" * 299)
    put(clone, "core/long.py", "x = 1\n" * 300)
    put(clone, "web/console/Desk.vue", "<p/>\n" * 301)
    put(clone, "web/node_modules/big.js", "1;\n" * 1000)
    put(clone, "web/shared/events.ts", "// Made by `npm run types`. Do not edit.\n" + "1;\n" * 999)
    put(clone, "migrations/versions/0001_all.py", "x = 1\n" * 500)
    found = {str(path): lines for path, lines in too_long(clone)}
    assert found == {"core/long.py": 300, "web/console/Desk.vue": 301}


def test_a_pure_module_may_import_the_standard_library_and_its_like(tmp_path: Path) -> None:
    put(tmp_path, "core/rules/__init__.py", "from .table import next_status\n")
    put(tmp_path, "core/rules/table.py", "import enum\nfrom collections.abc import Iterator\n")
    put(tmp_path, "core/router.py", "from core.rules.table import next_status\nimport core.rules\n")
    assert impurities(tmp_path, ["core.rules.*", "core.router"]) == []


def test_an_impure_import_is_named_with_its_line(tmp_path: Path) -> None:
    put(
        tmp_path,
        "core/router.py",
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from sqlalchemy import Table\n"
        "def decide():\n    import httpx\n"
        "from core import database\n",
    )
    assert impurities(tmp_path, ["core.router"]) == [
        "core/router.py:5: imports httpx",
        "core/router.py:6: imports core.database",
    ]


def test_a_pattern_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"core\.gone"):
        impurities(tmp_path, ["core.gone"])


def test_a_pure_module_may_import_the_types_of_the_ports(tmp_path: Path) -> None:
    put(tmp_path, "handoff/rules.py", "from core.ports import HandOff\nfrom core import ports\n")
    assert len(impurities(tmp_path, ["handoff.rules"])) == 2
    assert impurities(tmp_path, ["handoff.rules"], ["core.ports"]) == []
