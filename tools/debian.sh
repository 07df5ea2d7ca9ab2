#!/usr/bin/env bash
# Programs for tests that come from Debian, as PACKAGE=COMMAND (or a path, which may hold *). Install what is missing
# where we may; otherwise say what to install.
set -euo pipefail
missing=()
for pair in "$@"; do
    package="${pair%%=*}" wanted="${pair#*=}"
    command -v "$wanted" >/dev/null 2>&1 || compgen -G "$wanted" >/dev/null || missing+=("$package")
done
[ "${#missing[@]}" = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests, from Debian: ${missing[*]}…"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
        >/tmp/comity-apt.log 2>&1 || { tail -5 /tmp/comity-apt.log >&2; exit 1; }
    exit 0
fi
echo "the tests need from Debian: ${missing[*]} (apt-get install ${missing[*]})" >&2
exit 1
