"""What of a folder written in TypeScript is installed and built anew, and what is left as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.setup import npm
from deploy.setup.project import Project
from deploy.setup.stamps import Stamp
from deploy.setup.steps import Step


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in npm.FOLDERS:
        path = tmp_path / folder.name
        path.mkdir()
        (path / "package.json").write_text(json.dumps({"scripts": {"test": "true"}}))
        (path / "package-lock.json").write_text("{}")
        (path / "main.ts").write_text("export {};")
    (tmp_path / "web" / "shared").mkdir()
    (tmp_path / "web" / "shared" / "thread.ts").write_text("export {};")
    return Project(tmp_path, {"HOME": str(tmp_path)})


def named(project: Project, folder: npm.Folder) -> dict[str, Step]:
    return {step.name: step for step in npm.steps(project, folder)}


def finish(project: Project, folder: npm.Folder) -> None:
    """Leaves what the steps leave when they have ended well."""
    (project.root / folder.name / "dist").mkdir()
    packages = npm._packages_stamp(project, folder)
    packages.write(npm._packages_inputs(project, folder))
    Stamp(project.stamps / f"{folder.name}-build.json").write(npm._build_inputs(project, folder))


@pytest.mark.parametrize("folder", npm.FOLDERS, ids=lambda folder: folder.name)
def test_what_was_installed_and_built_is_not_done_again(
    project: Project, folder: npm.Folder
) -> None:
    assert not any(step.up_to_date() for step in npm.steps(project, folder))
    finish(project, folder)
    assert all(step.up_to_date() for step in npm.steps(project, folder))


def test_a_changed_lock_installs_again(project: Project) -> None:
    finish(project, npm.MINIPROGRAM)
    (project.root / "miniprogram" / "package-lock.json").write_text('{"lockfileVersion": 3}')
    steps = named(project, npm.MINIPROGRAM)
    assert not steps["miniprogram-packages"].up_to_date()
    assert not steps["miniprogram-build"].up_to_date()


def test_the_mini_program_is_built_again_when_what_it_shares_with_the_website_changed(
    project: Project,
) -> None:
    finish(project, npm.MINIPROGRAM)
    (project.root / "web" / "shared" / "thread.ts").write_text("export const changed = true;")
    steps = named(project, npm.MINIPROGRAM)
    assert steps["miniprogram-packages"].up_to_date()
    assert not steps["miniprogram-build"].up_to_date()


def test_the_folders_install_one_after_the_other(project: Project) -> None:
    first, second = npm.packages_steps(project, *npm.FOLDERS)
    assert (first.name, second.name) == ("web-packages", "miniprogram-packages")
    assert first.name in second.needs


def test_a_clone_without_the_folder_has_no_steps_and_no_scripts(tmp_path: Path) -> None:
    empty = Project(tmp_path, {"HOME": str(tmp_path)})
    for folder in npm.FOLDERS:
        assert npm.steps(empty, folder) == []
        assert not npm.has_script(empty, folder, "test")


def test_scripts_are_those_of_the_folder(project: Project) -> None:
    assert npm.has_script(project, npm.MINIPROGRAM, "test")
    assert not npm.has_script(project, npm.MINIPROGRAM, "check")
