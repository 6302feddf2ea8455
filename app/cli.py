"""The `bangban` command. Each command is a small module in app/commands or the package it belongs to."""

from __future__ import annotations

import os
import sys

import typer

from app.commands import accounts, ask, operations, run, schema, tickets
from app.commands.replay import replay_tools
from app.migrate import upgrade
from app.topics import topic_examples
from bot.cli import build_nlu_app, build_train
from core.errors import BangbanError
from handoff.cli import build_handoff_app
from knowledge.cli import build_kb_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="帮办：公共服务智能客服",
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("serve")(run.serve)
app.command("train")(build_train(topic_examples))
app.command("ask")(ask.ask)
app.command("doctor")(operations.doctor)
app.command("backup")(operations.backup)
app.command("restore")(operations.restore)
app.command("schema")(schema.schema)
app.add_typer(build_kb_app(lambda s: upgrade(s.resolved_database_url)), name="kb")
app.add_typer(build_nlu_app(topic_examples), name="nlu")
app.add_typer(build_handoff_app(replay_tools), name="handoff")
app.add_typer(accounts.agents_app, name="agents")
app.add_typer(tickets.tickets_app, name="tickets")


def main() -> None:
    """Run a command; a failure is one clear line and a non-zero status."""
    # What the product writes holds personal data and keys; it is nobody else's to read.
    os.umask(0o077)
    try:
        app()
    except BangbanError as error:
        details = "".join(f" {name}={value}" for name, value in error.details.items())
        print(f"失败（{error.code}）：{error.message}{details}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
