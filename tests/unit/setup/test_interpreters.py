"""Finding Python on machines that are laid out differently, as fake trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.setup.interpreters import Interpreter, Version, candidates, find, probe


def put_python(folder: Path, name: str, version: str | None) -> Path:
    """A program that answers like an interpreter of `version`, or refuses when None."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if version is None:
        path.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    else:
        major, minor = version.split(".")[:2]
        path.write_text(f"#!/bin/sh\necho {major} {minor}\necho {path}\n")
    path.chmod(0o755)
    return path


def locate(version: Version, *path: Path, **environ: str) -> Path | None:
    """What `find` finds below the fake tree; this machine's own interpreters do not count."""
    fake = {"PATH": ":".join(str(folder) for folder in path), **environ}
    root = path[0].parents[0]

    def ask(candidate: Path) -> Interpreter | None:
        return probe(candidate) if candidate.is_relative_to(root) else None

    found = find((version,), fake, ask=ask)
    return found.path if found else None


def test_the_named_version_on_the_path_is_taken(tmp_path: Path) -> None:
    put_python(tmp_path / "bin", "python3", "3.12")
    wanted = put_python(tmp_path / "bin", "python3.10", "3.10")
    assert locate((3, 10), tmp_path / "bin") == wanted


def test_a_plain_python3_is_taken_when_it_has_the_version(tmp_path: Path) -> None:
    wanted = put_python(tmp_path / "bin", "python3", "3.10")
    assert locate((3, 10), tmp_path / "bin") == wanted


def test_a_refusing_shim_leads_to_the_newest_patch_release_behind_it(tmp_path: Path) -> None:
    put_python(tmp_path / "shims", "python3.10", None)
    put_python(tmp_path / "versions/3.10.9/bin", "python3.10", "3.10")
    wanted = put_python(tmp_path / "versions/3.10.13/bin", "python3.10", "3.10")
    assert locate((3, 10), tmp_path / "shims", HOME=str(tmp_path / "elsewhere")) == wanted


def test_pyenv_is_found_by_its_variable_and_in_the_home_folder(tmp_path: Path) -> None:
    wanted = put_python(tmp_path / "pyenv/versions/3.11.7/bin", "python3.11", "3.11")
    empty = tmp_path / "bin"
    assert locate((3, 11), empty, PYENV_ROOT=str(tmp_path / "pyenv")) == wanted
    in_home = put_python(tmp_path / "home/.pyenv/versions/3.11.2/bin", "python3.11", "3.11")
    assert locate((3, 11), empty, HOME=str(tmp_path / "home")) == in_home


def test_a_name_that_lies_about_its_version_is_passed_over(tmp_path: Path) -> None:
    put_python(tmp_path / "first", "python3.10", "3.9")
    wanted = put_python(tmp_path / "second", "python3.10", "3.10")
    assert locate((3, 10), tmp_path / "first", tmp_path / "second") == wanted


def test_nothing_is_found_on_a_machine_without_the_version(tmp_path: Path) -> None:
    put_python(tmp_path / "bin", "python3", "3.12")
    assert locate((3, 10), tmp_path / "bin") is None


def test_earlier_versions_in_the_wish_list_are_preferred(tmp_path: Path) -> None:
    put_python(tmp_path / "bin", "python3.12", "3.12")
    put_python(tmp_path / "bin", "python3.11", "3.11")

    def ask(candidate: Path) -> Interpreter | None:
        return probe(candidate) if candidate.is_relative_to(tmp_path) else None

    found = find(((3, 11), (3, 12)), {"PATH": str(tmp_path / "bin")}, ask=ask)
    assert found is not None
    assert found.version == (3, 11)


def test_each_place_is_asked_once(tmp_path: Path) -> None:
    put_python(tmp_path / "bin", "python3.10", "3.10")
    twice = f"{tmp_path / 'bin'}:{tmp_path / 'bin'}"
    places = list(candidates((3, 10), {"PATH": twice}))
    assert len(places) == len(set(places))


@pytest.mark.parametrize("answer", ["", "three eleven", "3"])
def test_a_program_that_is_no_python_is_not_taken(tmp_path: Path, answer: str) -> None:
    path = tmp_path / "python3"
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    assert probe(path) is None
