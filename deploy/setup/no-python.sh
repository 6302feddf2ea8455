#!/bin/sh
# Stands in for Python when the machine has none: the last line says what to do.
echo 'FAILED: no Python 3.11 or later was found' >&2
echo 'What to do: install Python 3.11 (your system'"'"'s package, pyenv, or uv), then repeat the command' >&2
exit 1
