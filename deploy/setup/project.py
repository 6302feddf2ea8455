"""Where everything of this clone lives; every step of the set-up gets one `Project`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from deploy.setup.pip_settings import certificates


@dataclass(frozen=True)
class Project:
    """The clone at `root` and the process environment that its steps run in."""

    root: Path
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def cache(self) -> Path:
        """What the set-up itself needs: uv, Node, logs, stamps. Safe to delete."""
        return self.root / ".cache" / "setup"

    @property
    def stamps(self) -> Path:
        return self.cache / "stamps"

    @property
    def logs(self) -> Path:
        return self.cache / "logs"

    @property
    def requirements(self) -> Path:
        return self.root / "requirements"

    @property
    def server_env(self) -> Path:
        return self.root / ".venv"

    @property
    def rasa_env(self) -> Path:
        return self.root / ".venv-rasa"

    @property
    def python(self) -> Path:
        """The server's interpreter."""
        return self.server_env / "bin" / "python"

    def child_environ(self) -> dict[str, str]:
        """The environment for tools.

        What would bend another interpreter's paths is left out, and what this machine trusts is
        passed on: uv and a fetched Node.js come with certificates of their own, which know
        nothing of an organisation's.
        """
        environ = dict(self.environ)
        for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYENV_VERSION"):
            environ.pop(name, None)
        environ["NO_COLOR"] = "1"  # their output goes to logs
        bundle = certificates(self.environ)
        if bundle:
            environ.setdefault("SSL_CERT_FILE", bundle)
            environ.setdefault("NODE_EXTRA_CA_CERTS", bundle)
        home = environ.get("HOME", "")
        if not home or not os.access(home, os.W_OK):
            # A service account may have no home; the tools' caches then stay in the clone.
            environ["HOME"] = str(self.cache / "home")
            Path(environ["HOME"]).mkdir(parents=True, exist_ok=True)
        return environ
