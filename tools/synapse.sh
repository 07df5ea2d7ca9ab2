#!/usr/bin/env bash
# A real Matrix homeserver for the tests, in an environment of its own: its requirements are not ours, and its licence
# (AGPL) keeps it a program beside the product, never a part of it.
set -euo pipefail
cd "$(dirname "$0")/.."
here=.cache/synapse
cmp -s tools/synapse.txt "$here/installed.txt" && exit 0
echo "setting up a Matrix homeserver for the tests in $here (once; a minute)…"
python="${PYTHON:-python3}"
if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --clear --python "$python" "$here"
    uv pip install --quiet --python "$here/bin/python" --requirement tools/synapse.txt
else
    "$python" -m venv --clear "$here"
    "$here/bin/pip" install --quiet --disable-pip-version-check --requirement tools/synapse.txt
fi
cp tools/synapse.txt "$here/installed.txt"
