#!/usr/bin/env bash
# What the tests compare with and pip must compile: threatexchange (the index and the protocols of its makers) and
# pdqhash. A compiler comes from Debian where we may install one. Where there is none, the tests that compare with these
# libraries are skipped and say so; the same is then tried against brute force alone.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -c 'import pdqhash, threatexchange' 2>/dev/null && exit 0
headers="$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h"
if tools/debian.sh g++=g++ "python3-dev=$headers" && tools/environment.sh '[dev,bench,exchanges]'; then exit 0; fi
echo "tests: pdqhash and threatexchange could not be compiled; comparisons with them are skipped" >&2
