#!/bin/sh
# Prints a Python 3.11+ that can run deploy/setup; called by the Makefile. Looks on the path, in
# pyenv's folder (a shim on the path may exist and refuse), and lets uv fetch one as a last resort.
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

shims=$(command -v python3 2>/dev/null)
for python in python3.11 python3 python3.12 python3.13 \
    "${shims%/*}"/../versions/3.1[1-9].*/bin/python3 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9].*/bin/python3 \
    /usr/local/bin/python3 /opt/homebrew/bin/python3 /usr/bin/python3; do
    if suits "$python"; then
        echo "$python"
        exit
    fi
done
if command -v uv >/dev/null 2>&1; then
    echo "uv run --quiet --no-project --python 3.11 python"
    exit
fi
# What is printed becomes the command: it says what is missing, and fails.
echo "sh deploy/setup/no-python.sh"
