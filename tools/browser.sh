#!/usr/bin/env bash
# The browser tests drive Debian's Chromium. Install it where we may; otherwise say what to install.
set -euo pipefail
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's chromium for the browser tests…"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/tmp/comity-apt.log 2>&1 \
        || { tail -5 /tmp/comity-apt.log >&2; exit 1; }
    exit 0
fi
echo "the browser tests need Debian's package chromium on the PATH (apt-get install chromium)" >&2
exit 1
