"""Starts Rasa's server in Rasa's interpreter: `python -m bot.components.serve --model FILE --port N`.

What `rasa run --enable-api` does, without the command line's imports and, when the pipeline allows it,
without TensorFlow. bot/supervision.py starts it and passes BANGBAN_RASA_TOKEN in the environment.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from bot.components import lean, shortcuts
from bot.components.quiet import keep_quiet

ROOT = Path(__file__).resolve().parents[2]


def end_without_model(app: Any, _: Any) -> None:
    """Rasa would go on without an agent and refuse every turn; ended at once, its log says why."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        sys.stderr.write("The model could not be loaded.\n")
        sys.stderr.flush()
        os._exit(3)


def main() -> None:
    parser = argparse.ArgumentParser(description="Rasa's server, started fast")
    parser.add_argument("--model", required=True)
    parser.add_argument("--interface", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log-level", default="WARNING")
    arguments = parser.parse_args()

    keep_quiet(arguments.log_level)
    if lean.config_is_lean(ROOT / "config.yml"):
        lean.install()

    shortcuts.install()

    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    serve_application(
        arguments.model,
        interface=arguments.interface,
        port=arguments.port,
        credentials=str(ROOT / "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")),
        auth_token=os.environ.get("BANGBAN_RASA_TOKEN") or None,
        enable_api=True,
        # A turn that takes longer than this has long been given up by the caller.
        response_timeout=60,
        server_listeners=[(end_without_model, "after_server_start")],
    )


if __name__ == "__main__":
    main()
