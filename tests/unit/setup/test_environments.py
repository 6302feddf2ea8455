"""When an environment is current, and what must not be in it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from deploy.setup import environments
from deploy.setup.errors import SetupError
from deploy.setup.project import Project

PYPROJECT = """
[project]
name = "bangban"
version = "{version}"
[tool.ruff]
line-length = {length}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A clone whose server environment was made with the tests' tools."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for layer in ("server", "dev", "rasa"):
        (requirements / f"{layer}.txt").write_text(f"{layer}-package==1\ntorch==2.13.0\n")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.format(version="1", length=100))
    project = Project(tmp_path, {})
    (project.server_env / "bin").mkdir(parents=True)
    project.python.symlink_to(sys.executable)
    whole = environments.server(project, with_tests=True)
    whole.stamp.write(whole.wanted())
    return project


def current(project: Project, *, with_tests: bool) -> bool:
    return environments.server(project, with_tests=with_tests).up_to_date()


def test_an_environment_with_the_tests_tools_serves_both_commands(project: Project) -> None:
    assert current(project, with_tests=True)
    assert current(project, with_tests=False)


def test_a_changed_lock_makes_the_environments_of_that_lock_stale(project: Project) -> None:
    (project.requirements / "dev.txt").write_text("dev-package==2\n")
    assert not current(project, with_tests=True)
    assert current(project, with_tests=False)


def test_only_the_packages_own_metadata_counts_in_pyproject(project: Project) -> None:
    pyproject = project.root / "pyproject.toml"
    pyproject.write_text(PYPROJECT.format(version="1", length=80))
    assert current(project, with_tests=True)
    pyproject.write_text(PYPROJECT.format(version="2", length=80))
    assert not current(project, with_tests=True)


def test_a_deleted_environment_is_made_again(project: Project) -> None:
    shutil.rmtree(project.server_env)
    assert not current(project, with_tests=False)


def test_an_interpreter_that_was_uninstalled_makes_its_environment_stale(
    project: Project,
) -> None:
    project.python.unlink()
    project.python.symlink_to(project.root / "gone" / "python3")
    assert not current(project, with_tests=False)


def test_a_moved_clone_makes_its_environments_again(project: Project, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(project.root, moved, symlinks=True, ignore=shutil.ignore_patterns("moved"))
    assert not current(Project(moved, {}), with_tests=False)


@pytest.mark.parametrize("name", ["nvidia_cublas_cu12-12.6", "triton-3.4.0", "cuda_bindings-13.0"])
@pytest.mark.skipif(sys.platform != "linux", reason="CUDA packages exist for Linux")
def test_cuda_packages_are_refused(tmp_path: Path, name: str) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "torch-2.13.0+cpu.dist-info").mkdir(parents=True)
    environments.refuse_cuda(tmp_path)
    (packages / f"{name}.dist-info").mkdir()
    with pytest.raises(SetupError, match=name.partition("-")[0]):
        environments.refuse_cuda(tmp_path)


def test_the_locked_version_of_a_package_is_read_from_its_lock(project: Project) -> None:
    lock = project.requirements / "server.txt"
    assert environments.locked_version(lock, "torch") == "2.13.0"
    with pytest.raises(SetupError, match="torchvision is not in"):
        environments.locked_version(lock, "torchvision")
