"""What `make run`, `make test`, `make check`, `make bench` and `make miniprogram` do after the set-up."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.setup import chromium, environments, npm, uv
from deploy.setup.project import Project
from deploy.setup.steps import Screen, Step, run_steps

# Tests run side by side, a file on one worker; those that start whole servers and browsers have the machine to
# themselves.
SIDE_BY_SIDE = ("tests/unit", "tests/integration")
ALONE = ("tests/integration/app", "tests/e2e")
MOST_WORKERS = 4
# pytest's code for "nothing fits", as of one folder where ARGS names a test of another.
NOTHING_CHOSEN = 5


def prepare(project: Project, screen: Screen, *, tests: bool) -> None:
    """The environments and the web build; with `tests` also what only tests and checks need.

    The mini-program is not built here: its tests build a copy of their own, and WeChat's tool
    opens what `make miniprogram` has built.
    """
    steps: list[Step] = [
        uv.step(project),
        environments.step(
            environments.server(project, with_tests=tests), "server", "server environment"
        ),
        environments.step(environments.rasa(project), "rasa", "Rasa environment"),
    ]
    web_steps = npm.steps(project, npm.WEB)
    if not web_steps:
        screen.line("    no web/package.json here: the web build is skipped")
    if tests:
        steps.append(chromium.step(project))
        steps += npm.packages_steps(project, npm.MINIPROGRAM)
    run_steps(project, [*steps, *web_steps], screen)


def run(project: Project, screen: Screen) -> int:
    """Sets up, then becomes the product: signals reach it, not us."""
    prepare(project, screen, tests=False)
    program = project.server_env / "bin" / "bangban"
    arguments = shlex.split(project.environ.get("ARGS", ""))
    sys.stdout.flush()
    # A newcomer gets the whole picture: WeChat and the business system as stand-ins, unless told otherwise.
    environ = {"BANGBAN_SIMULATORS": "true", **project.environ}
    os.execve(program, [str(program), "run", *arguments], environ)


def test(project: Project, screen: Screen) -> int:
    """All tests, or the ones that TESTS and ARGS name; every part runs even if one before it fails."""
    prepare(project, screen, tests=True)
    arguments = shlex.split(project.environ.get("ARGS", ""))
    pytest: list[str | Path] = [project.python, "-m", "pytest"]
    if project.environ.get("TESTS"):
        return _foreground([*pytest, *shlex.split(project.environ["TESTS"]), *arguments], project)
    codes = []
    # The quick ones first: what went wrong in the long ones is then the last thing on the screen.
    for folder in npm.FOLDERS:
        if npm.has_script(project, folder, "test"):
            command, environ, cwd = npm.script_command(project, folder, "test")
            screen.line(f"==> {folder.title} unit tests")
            codes.append(subprocess.run(command, cwd=cwd, env=environ, check=False).returncode)
    workers = str(min(MOST_WORKERS, os.cpu_count() or 1))
    ignored = [f"--ignore={folder}" for folder in ALONE]
    runs = [[*SIDE_BY_SIDE, *ignored, "-n", workers, "--dist", "loadfile"], [*ALONE]]
    tested = [_foreground([*pytest, *run, *arguments], project) for run in runs]
    if set(tested) != {NOTHING_CHOSEN}:
        tested = [0 if code == NOTHING_CHOSEN else code for code in tested]
    return max([*codes, *tested], key=abs)


def check(project: Project, screen: Screen) -> int:
    """Format, lint, types, import rules, sizes: all of them, then what failed."""
    run_steps(
        project,
        [
            uv.step(project),
            environments.step(
                environments.server(project, with_tests=True), "server", "server environment"
            ),
            *npm.packages_steps(project, *npm.FOLDERS),
        ],
        screen,
    )
    bin_ = project.server_env / "bin"
    environ = project.child_environ()
    commands: dict[str, list[str | Path]] = {
        "format": [bin_ / "ruff", "format", "--check", "."],
        "lint": [bin_ / "ruff", "check", "."],
        "file sizes": [project.python, "-m", "deploy.checks.file_sizes"],
        "pure modules": [project.python, "-m", "deploy.checks.pure_modules"],
        "import rules": [bin_ / "lint-imports", "--no-logo"],
        "types": [bin_ / "mypy"],
    }
    checks: dict[str, tuple[list[str], dict[str, str], Path]] = {
        title: ([str(part) for part in command], environ, project.root)
        for title, command in commands.items()
    }
    for folder in npm.FOLDERS:
        if npm.has_script(project, folder, "check"):
            checks[folder.title] = npm.script_command(project, folder, "check")
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = [(title, pool.submit(_captured, *what)) for title, what in checks.items()]
        for title, result in results:
            code, output, seconds = result.result()
            screen.line(f"{'ok    ' if code == 0 else 'FAILED'} {title} ({seconds:.1f} s)")
            if code != 0:
                screen.line(output)
                failed.append(title)
    if failed:
        screen.line(f"make check failed: {', '.join(failed)}")
    return 1 if failed else 0


def miniprogram(project: Project, screen: Screen) -> int:
    """The mini-program's build, for WeChat's developer tool (docs/miniprogram.md)."""
    run_steps(project, [uv.step(project), *npm.steps(project, npm.MINIPROGRAM)], screen)
    screen.line(f"Open {npm.MINIPROGRAM.path(project)} in WeChat's developer tool.")
    return 0


def bench(project: Project, screen: Screen) -> int:
    """The benchmarks, with the tests' environment because the load generators live there."""
    prepare(project, screen, tests=True)
    arguments = shlex.split(project.environ.get("ARGS", ""))
    return _foreground([project.python, "-m", "benchmarks", *arguments], project)


def _foreground(command: list[str | Path], project: Project) -> int:
    """Runs a command on our terminal; an interruption goes to it and is waited for."""
    arguments = [str(part) for part in command]
    environ = {**project.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(arguments, cwd=project.root, env=environ)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
        except BaseException:
            process.terminate()
            process.wait()
            raise


def _captured(command: list[str], environ: dict[str, str], cwd: Path) -> tuple[int, str, float]:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - started
