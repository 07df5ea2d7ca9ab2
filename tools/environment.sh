#!/usr/bin/env bash
# Make .venv and install Comity into it, editable, with the extras named in $1 (for example '[dev]').
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Comity needs Python 3.11 or later; $python is $("$python" --version 2>&1). Name another with: make PYTHON=python3.12 …" >&2
    exit 1
}
echo "setting up .venv (once; a minute or two)…"
if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python "$python" .venv
    uv pip install --quiet --python .venv/bin/python --constraint constraints.txt --editable ".$1"
else
    [ -x .venv/bin/pip ] || "$python" -m venv --clear .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".$1"
fi
