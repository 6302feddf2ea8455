"""Trains the Rasa project in Rasa's interpreter: `python -m bot.components.train --output DIR --name NAME`.

Called by bot/training.py, and by bot/jobs.py with a domain of the editors. Prints nothing on success; problems
in domain, rules or stories end it with a message and status 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.components import lean
from bot.components.quiet import keep_quiet

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the Rasa project")
    parser.add_argument("--output", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--extra", action="append", default=[], help="a folder of further examples")
    parser.add_argument("--domain", default=str(ROOT / "domain.yml"))
    parser.add_argument("--config", default=str(ROOT / "config.yml"))
    arguments = parser.parse_args()

    keep_quiet()
    if lean.config_is_lean(Path(arguments.config)):
        lean.install()

    from rasa.model_training import train
    from rasa.shared.exceptions import RasaException

    try:
        result = train(
            domain=arguments.domain,
            config=arguments.config,
            training_files=[str(ROOT / "data"), *arguments.extra],
            output=arguments.output,
            fixed_model_name=arguments.name,
            force_training=True,
        )
    except RasaException as error:
        sys.exit(f"Training failed: {error}")
    if result.code != 0 or result.model is None:
        sys.exit("Training failed: Rasa made no model.")


if __name__ == "__main__":
    main()
