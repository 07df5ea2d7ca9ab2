"""Known content in the demo: an upload is caught, a person decides, and a hunt finds every copy that is stored."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from demo_pictures import copies, drawn, jpeg
from demo_world import BIN, HOST, World

if TYPE_CHECKING:
    from demo_story import Story

LISTED, ANOTHER = 1, 2
"""Numbers of the picture that a bank lists, and of one that only looks like any other."""
ITEMS, PICTURES = 200_000, 300
BANK = "KNOWN"
_PEOPLE = ("bruno", "carla", "dario", "elif", "franz", "greta", "hugo", "irena")
_PATIENCE = 240.0


def fill(world: World) -> subprocess.Popen[bytes]:
    """Begin to fill the catalogue, beside everything else."""
    program = Path(__file__).parent / "demo_catalogue.py"
    command = [str(BIN / "python"), str(program), str(world.home / "comity" / "catalogue")]
    return subprocess.Popen([*command, str(ITEMS), str(PICTURES)], stdout=subprocess.PIPE, env=world.environment)


class KnownContent:
    """Tells it, and checks each step through ``Story.expect``."""

    def __init__(self, story: Story, filling: subprocess.Popen[bytes]) -> None:
        self.story, self.filling = story, filling
        self.mia, self.picture = story.staff["mia"], drawn(LISTED)
        self.began = time.monotonic()

    def tell(self, case: int) -> None:
        """The upload, the review, the hunt; ``case`` is one whose demand was carried out."""
        print("Known content:")
        with self._client() as client:
            stored = self._store(client)
            self._list(client)
            upload = self._upload(client)
        self._decide_upload(upload)
        self._hunt(stored)
        self._offer(case)
        print(flush=True)

    def _say(self, words: str) -> None:
        print(f"  {time.monotonic() - self.began:7.3f} s  {words}", flush=True)

    # -- before --------------------------------------------------------------------------------------------------------

    def _client(self) -> Any:
        """The platform's own client of the match service, once that answers."""
        from comity.matching.hooks.client import MatchClient

        token = self.story.run("comity", "match", "token", "board").stdout.strip()
        client = MatchClient(f"http://127.0.0.1:{self.story.world.ports['match']}", token)
        self._until(client.ready, "the match service answers")
        self._until(lambda: self._answers(client), "the match service lets the board in")
        return client

    def _list(self, client: Any) -> None:
        """A bank lists the picture, by its hash alone; it matches as soon as it is listed."""
        from comity.casefile.documents.bank import BankTerms
        from comity.matching.banks import service

        file = jpeg(self.picture)
        signal = client.hash(file, "image/jpeg")["pdq"][0]
        said = {"owner": "Trust and safety", "source": "our reviewers", "reason": "known", "legal_basis": "terms 4"}
        with self.story.docket.parts.work("system:demo") as work:
            service.create_bank(work, BankTerms.model_validate({"name": BANK, **said}))
            service.add_entry(work, BANK, {"pdq": signal}, source="our reviewers", member="us", reason="known")
        self._until(lambda: client.match(file, "image/jpeg").matched, "what is listed matches")
        self._say("a bank lists a picture, by its hash alone; from now on uploads of it match")

    def _answers(self, client: Any) -> bool:
        from comity.matching.hooks.client import ClientFailure

        try:
            client.hash(jpeg(self.picture), "image/jpeg")
        except ClientFailure:
            return False
        return True

    def _store(self, client: Any) -> dict[str, str]:
        """What people put up before anything was listed: copies, near copies, another picture; address by what it is.

        The board asks about each as it comes; nothing is known, and the catalogue remembers what was asked about.
        """
        files = {**copies(self.picture), "another picture": jpeg(drawn(ANOTHER))}
        people = (*_PEOPLE, "ada")
        posts = {name: self._post(person, file) for person, (name, file) in zip(people, files.items(), strict=True)}
        for name, url in posts.items():
            answer = client.match(files[name], "image/jpeg", self._about(url))
            self.story.expect(not answer.matched and answer.raw["catalogued"], f"{name} is unknown, and catalogued")
        done, _ = self.filling.communicate(timeout=_PATIENCE)
        real, items = (int(number) for number in done.split()) if self.filling.returncode == 0 else (0, 0)
        self.story.expect(items == ITEMS, f"the catalogue holds {ITEMS:,} more fingerprints")
        self._say(
            f"people put up {len(posts)} pictures that nobody knows; beside them the catalogue holds {items:,} "
            f"fingerprints ({real} of drawn pictures, the rest of none: their bits were turned by a dice)"
        )
        return posts

    def _about(self, url: str) -> Any:
        """What the board's upload path says of a picture."""
        from comity.matching.hooks.client import About

        return About(item=url.rpartition("/")[2], item_url=url, account=self._account(url), key=url)

    # -- the upload ----------------------------------------------------------------------------------------------------

    def _upload(self, client: Any) -> str:
        """Somebody puts a copy up; the board asks about it as about every upload, and says where it stands."""
        file = copies(self.picture)["saved again, badly"]
        url = self._post("jonas", file)
        answer = client.match(file, "image/jpeg", self._about(url))
        self.story.expect(answer.matched, "the upload is caught")
        nearest = min((match.distance for match in answer.matches), default=-1)
        self._say(f"an upload is caught at distance {nearest:g} of at most 31: {answer.measure}")
        return url

    def _decide_upload(self, url: str) -> None:
        """Mia claims it, and decides with a ground and the assessment of Article 1(3)."""
        review = self._review(lambda line: not line.hunt)
        self.story.expect(not self.story.gone(url), "before a person decided, it stands")
        self._decide(review)
        self._until(lambda: self.story.gone(url), f"{url} is gone for a stranger")
        self._say(f"Mia decides review R-{review}: disabled, preserved, and gone for a stranger")

    def _review(self, wanted: Any) -> int:
        found: list[int] = []

        def there() -> bool:
            found[:] = [line.number for line in self.story.docket.reviews(self.mia).lines if wanted(line)]
            return bool(found)

        self._until(there, "the review waits for a person")
        return found[0]

    def _decide(self, number: int) -> None:
        from comity.casefile.documents.review import Exclusion, Limb, Outcome
        from comity.docket.reviews.rules import Choice

        why = Exclusion(why="No education, journalism, art, research or counter-speech is claimed or to be seen.")
        choice = Choice(Outcome.DISABLE, limbs=(Limb.INCITES,), exclusion=why, reasons="It glorifies an attack.")
        docket = self.story.docket
        docket.claim_review(self.mia, number)
        docket.decide_review(self.mia, number, choice, upto=docket.review(number, self.mia).upto)

    # -- the hunt ------------------------------------------------------------------------------------------------------

    def _hunt(self, stored: dict[str, str]) -> None:
        """Mia orders the hunt at the command line; the house's workers search; what is found is one review."""
        command = [str(BIN / "comity"), "hunt", "start", "--bank", BANK, "--by", "mia", "--because", "it was uploaded"]
        began = time.monotonic()
        done = subprocess.run(
            [*command, "--wait", "--json"], input=f"{self.story.passwords['mia']}\n", capture_output=True, text=True,
            env=self.story.world.environment, check=False,
        )  # fmt: skip
        self.story.expect(done.returncode == 0, f"the hunt is ordered and searched: {done.stderr.strip()}")
        said = json.loads(done.stdout)
        near = {name: url for name, url in stored.items() if name != "another picture"}
        became = {"disabled": 1, "entered": len(near)}
        self.story.expect(said["became"] == became, f"it finds every copy: {became}, not {said['became']}")
        self._say(f"a hunt through {said['stored']:,} finds {said['found']} in {time.monotonic() - began:.1f} s, "
                  f"by distance (0 to 31): {' '.join(str(n) for n in said['distances']['pdq']['bins'])}")  # fmt: skip
        self.story.expect(not any(self.story.gone(url) for url in near.values()), "a hunt alone disables nothing")
        number = self._review(lambda line: line.hunt)
        self._until(lambda: self.story.docket.review(number, self.mia).line.detections == len(near), "all are there")
        self._decide(number)
        for name, url in near.items():
            self._until(lambda url=url: self.story.gone(url), f"{name}: {url} is gone for a stranger")  # type: ignore[misc]
        self.story.expect(not self.story.gone(stored["another picture"]), "another picture stands")
        self._say(f"Mia decides review R-{number}: {', '.join(near)} are gone for a stranger; another picture stands")

    def _offer(self, case: int) -> None:
        """An executed order binds for its address; copies are offered as a decision of its own."""
        view = self.story.docket.case(case, self.mia)
        offer = self.story.docket.hunt_offer(view.line.case, self.mia)
        self.story.expect(offer.possible and not offer.hunts, "an executed order offers a hunt, and starts none")
        self._say(f"case {case} is carried out: a hunt for copies is offered to a person, and none was started")

    # -- means ---------------------------------------------------------------------------------------------------------

    def _post(self, person: str, picture: bytes) -> str:
        body = {"by": person, "room": "pictures", "title": "Seen today", "body": "Look at this."}
        fields = {**body, "pictures": [base64.b64encode(picture).decode()]}
        answer = self.story.world.board("POST", "/posts", json=fields)
        return f"{HOST}/p/{answer.raise_for_status().json()['item']}"

    def _account(self, url: str) -> str:
        answer: httpx.Response = self.story.world.board("GET", f"/items/{url.rpartition('/')[2]}")
        return str(answer.raise_for_status().json()["account"])

    def _until(self, holds: Any, words: str) -> None:
        until = time.monotonic() + _PATIENCE
        while not holds():
            if time.monotonic() > until:
                self.story.expect(False, words)
                message = f"not within {_PATIENCE:g} s: {words}"
                raise RuntimeError(message)
            time.sleep(0.02)
