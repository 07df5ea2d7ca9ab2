"""``make demo``: removal orders come in, are checked, carried out, preserved, answered, noticed and proven. For real.

Real PostgreSQL, a real hosting service with posts and pictures, real SMTP both ways, OAuth2, signed PDF, an officer
with a passkey at the portal (in Chromium where that is installed, else by the portal's forms). It checks itself and
ends with ``demo: ok``. With DEMO_KEEP=1 everything stays up and the addresses are printed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

from demo_known import KnownContent, fill  # noqa: E402 -- found only after the path is extended
from demo_story import Story  # noqa: E402 -- found only after the path is extended
from demo_world import World  # noqa: E402 -- the same

POSTS = 3000


def main() -> int:
    """Run the demo; 0 when everything that it checked holds."""
    keep = os.environ.get("DEMO_KEEP") == "1"
    home = Path(tempfile.mkdtemp(prefix="comity-demo-"))
    began = time.monotonic()
    world = World(home, portal=True, match=True)
    filling = None
    try:
        print(f"starting PostgreSQL, a board with {POSTS} posts, a mail server, Comity…", flush=True)
        world.open(POSTS)
        print(f"everything answers after {time.monotonic() - began:.1f} s\n", flush=True)
        story = Story(world)
        filling = fill(world)
        executed = story.tell()
        KnownContent(story, filling).tell(executed)
        story.verify_log()
        wrong = story.wrong
        if keep and not wrong:
            _keep(world, story)
    except BaseException:
        print(f"\nwhat the programs said is in {home}")
        home = Path()
        raise
    finally:
        if filling is not None and filling.poll() is None:
            filling.kill()
        world.close()
        if home != Path():
            shutil.rmtree(home, ignore_errors=True)
    print(f"\n{time.monotonic() - began:.1f} s in all")
    for line in wrong:
        print(f"NOT AS IT SHOULD BE: {line}")
    print("demo: failed" if wrong else "demo: ok")
    return 1 if wrong else 0


def _keep(world: World, story: Story) -> None:
    """Leave everything up until Ctrl-C."""
    print("\nDEMO_KEEP=1: everything stays up until Ctrl-C.")
    print(f"  console  http://localhost:{world.ports['console']}/   log in as one of:")
    for name, password in story.passwords.items():
        print(f"           {name:<6} {password}   (a second factor is set up at the first log-in)")
    print(f"  portal   {world.portal}/   for officers; ask for access there, then agree in the console")
    print(f"  board    http://localhost:{world.ports['board']}/")
    print(f"  API      http://localhost:{world.ports['api']}/v1/openapi.json")
    print(f"  public   http://localhost:{world.ports['public']}/checkpoint")
    print(f"  mail     localhost:{world.ports['smtp']} for orders@board.example", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    sys.exit(main())
