"""Provides Chromium for the browser tests: the system's, else Debian's package when root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.setup.errors import SetupError
from deploy.setup.process import Tools
from deploy.setup.project import Project
from deploy.setup.steps import Step

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "install Chromium or Chrome (on Debian: `apt-get install chromium fonts-noto-cjk`) or name "
    "it in CHROMIUM, then repeat `make test`"
)


def find_chromium(environ: Mapping[str, str] | None = None) -> Path | None:
    """The browser that the tests drive: $CHROMIUM, else the first known name on the path."""
    environ = os.environ if environ is None else environ
    named = environ.get("CHROMIUM")
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    for name in NAMES:
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            return Path(found)
    return next((Path(app) for app in MAC_APPS if Path(app).is_file()), None)


def chinese_font() -> bool:
    """Whether pages can show Chinese; without fontconfig there is no way to tell, so yes."""
    if shutil.which("fc-list") is None:
        return True
    listed = subprocess.run(
        ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip())


def step(project: Project) -> Step:
    """Installs Debian's packages when allowed to; a missing browser is an error, a font is not."""

    def up_to_date() -> bool:
        return find_chromium(project.environ) is not None and (chinese_font() or not _may_install())

    def do(tools: Tools) -> None:
        if not _may_install():
            raise SetupError("the browser tests need Chromium, and none was found", advice=ADVICE)
        tools.environ["DEBIAN_FRONTEND"] = "noninteractive"
        tools.run("apt-get", "update", "-q", advice=ADVICE)
        tools.run(
            *("apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES),
            advice=ADVICE,
        )
        if find_chromium(project.environ) is None:
            raise SetupError("the installed Chromium was not found", advice=ADVICE)

    return Step("chromium", "Chromium", up_to_date, do)


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None
