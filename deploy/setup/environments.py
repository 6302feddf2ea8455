"""Makes the two Python environments from their lock files: the server's and Rasa's."""

from __future__ import annotations

import json
import platform
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.setup import pip_settings
from deploy.setup.errors import SetupError
from deploy.setup.interpreters import Version
from deploy.setup.process import ToolFailed, Tools
from deploy.setup.project import Project
from deploy.setup.stamps import Stamp, digest
from deploy.setup.steps import Step
from deploy.setup.uv import environ_for_uv, interpreter, uv_command

SERVER_PYTHONS: tuple[Version, ...] = ((3, 11), (3, 12), (3, 13))
RASA_PYTHONS: tuple[Version, ...] = ((3, 10),)  # Rasa 3.6 needs < 3.11, its lock is for 3.10
NEVER_IMPORTED = r"/(tests?|testing)/|/transformers/models/(?!auto)"
NETWORK_ADVICE = (
    "check that this machine reaches its package index (docs/offline.md says how to do without "
    "one), then repeat the command"
)
TORCH_ADVICE = (
    "let this machine reach PyTorch's CPU index, or put the `+cpu` wheel of this torch version "
    "into a folder and name it in PIP_FIND_LINKS (docs/offline.md), then repeat the command"
)


@dataclass(frozen=True)
class Environment:
    """An environment at `folder`, made of the locks in `layers` (names in requirements/)."""

    project: Project
    folder: Path
    pythons: tuple[Version, ...]
    layers: tuple[str, ...]
    holds_us: bool = False  # whether the project itself is importable there

    @property
    def stamp(self) -> Stamp:
        # Inside the environment: whoever deletes it deletes its stamp.
        return Stamp(self.folder / "bangban-setup.json")

    def wanted(self) -> dict[str, str]:
        """The inputs of this environment; `root` because scripts carry absolute paths."""
        inputs = {layer: digest(self._lock(layer)) for layer in self.layers}
        inputs["root"] = str(self.project.root)
        if self.holds_us:
            inputs["package"] = digest(package_metadata(self.project.root / "pyproject.toml"))
        return inputs

    def up_to_date(self) -> bool:
        return (self.folder / "bin" / "python").exists() and self.stamp.covers(self.wanted())

    def make(self, tools: Tools) -> None:
        """Creates the environment, or brings one that is whole up to its locks."""
        environ_for_uv(self.project, tools)
        before = self.stamp.read()
        whole = before.get("root") == str(self.project.root)
        whole = whole and (self.folder / "bin" / "python").exists()
        self.stamp.clear()
        uv = uv_command(self.project)
        if not whole:
            before = {}
            base = interpreter(self.project, tools, self.pythons)
            tools.run(
                *(uv, "venv", "--clear", "--no-project", "--python", base.path, self.folder),
                advice=f"make sure that {self.folder} can be written, then repeat the command",
            )
        # Layers that were added before (the tests' tools) stay.
        layers = [
            name for name in ("server", "dev", "rasa") if name in self.layers or name in before
        ]
        self._install(uv, tools, layers)
        done = self.wanted() | {layer: digest(self._lock(layer)) for layer in layers}
        self.stamp.write(done)

    def _install(self, uv: Path, tools: Tools, layers: Sequence[str]) -> None:
        python = self.folder / "bin" / "python"
        if "server" in layers:
            install_torch(self.project, uv, tools, python, self._lock("server"))
        settings = pip_settings.read(self.project.environ)
        locks = [self._lock(layer) for layer in layers]
        tools.run(
            *(uv, "pip", "sync", "--python", python),
            *settings.uv_options(),
            *locks,
            advice=NETWORK_ADVICE,
        )
        if self.holds_us:
            tools.run(
                *(uv, "pip", "install", "--python", python, "--no-deps", "--no-build-isolation"),
                *("--offline", "--editable", self.project.root),
                advice="mend the [project] part of pyproject.toml, then repeat the command",
            )
        refuse_cuda(self.folder)
        compile_modules(self.folder, tools)

    def _lock(self, layer: str) -> Path:
        return self.project.requirements / f"{layer}.txt"


def step(environment: Environment, name: str, title: str) -> Step:
    return Step(name, title, environment.up_to_date, environment.make, needs=("uv",))


def server(project: Project, *, with_tests: bool) -> Environment:
    layers = ("server", "dev") if with_tests else ("server",)
    return Environment(project, project.server_env, SERVER_PYTHONS, layers, holds_us=True)


def rasa(project: Project) -> Environment:
    return Environment(project, project.rasa_env, RASA_PYTHONS, ("rasa",))


def package_metadata(pyproject: Path) -> str:
    """The part of pyproject.toml that an installation depends on; tools' settings are not."""
    content = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    tool: Mapping[str, object] = content.get("tool", {})
    parts = [content.get("build-system"), content.get("project"), tool.get("setuptools")]
    return json.dumps(parts, sort_keys=True)


def install_torch(project: Project, uv: Path, tools: Tools, python: Path, lock: Path) -> None:
    """Installs the locked PyTorch in its CPU build; the rest of the lock then finds it there.

    The package index's Linux build pulls gigabytes of CUDA libraries, so on Linux the version
    is asked for with its `+cpu` label: from the machine's wheel folders, else from PyTorch's own
    index, which uv knows.
    """
    version = locked_version(lock, "torch")
    requirement = f"torch=={version}+cpu" if sys.platform == "linux" else f"torch=={version}"
    install: list[str | Path] = [uv, "pip", "install", "--python", python, "--no-deps", requirement]
    links = pip_settings.read(project.environ).find_links_options()
    if links:
        try:
            tools.run(*install, "--no-index", *links)
            return
        except ToolFailed:
            tools.last_line = f"no {requirement} in the machine's wheel folders"
    backend = ["--torch-backend", "cpu"] if sys.platform == "linux" else []
    tools.run(*install, *backend, advice=TORCH_ADVICE)


def locked_version(lock: Path, package: str) -> str:
    for line in lock.read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if name.strip() == package:
            return version.split(";")[0].strip()
    raise SetupError(
        f"{package} is not in {lock.name}", advice="repeat `make lock` and look at its result"
    )


def compile_modules(folder: Path, tools: Tools) -> None:
    """Compiles the packages once, here.

    Many machines set PYTHONDONTWRITEBYTECODE; every start would then compile again what it
    imports: measured on 2 cores, 13 s instead of 5 s for the server and 13 s instead of 4 s for
    Rasa, against 15 s once for each environment.
    """
    python = folder / "bin" / "python"
    tools.last_line = "compiling the packages"
    try:
        tools.run(
            *(python, "-m", "compileall", "-q", "-j", "0", "-x", NEVER_IMPORTED, folder / "lib")
        )
    except ToolFailed as failure:
        if failure.interrupted:
            raise SetupError("interrupted", advice="repeat the command") from failure
        # Some packages carry templates and files for other versions that do not compile.
        tools.last_line = "compiled, except for files that are not meant for this version"


def refuse_cuda(folder: Path) -> None:
    """Raises when CUDA libraries came in; they would be gigabytes that nothing here can use."""
    if platform.system() != "Linux":
        return
    found = sorted(
        path.name.partition("-")[0]
        for prefix in ("nvidia_", "cuda_", "triton-")
        for path in folder.glob(f"lib/python*/site-packages/{prefix}*.dist-info")
    )
    if found:
        raise SetupError(
            f"CUDA packages were installed: {', '.join(found)}",
            advice="repeat `make lock` with the CPU build of PyTorch reachable, then try again",
        )
