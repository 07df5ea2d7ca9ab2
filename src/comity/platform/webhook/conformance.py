"""The checks behind ``comity platform check``: does an endpoint keep the contract, also when it is attacked?

They disable and restore one sample item of the platform, and send its author one marked message; the sample is restored
at the end, whatever happened. Each check is small and says what to mend.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from comity.platform import addresses
from comity.platform.errors import Absent, Cannot, KeyReused, PlatformFailure
from comity.platform.protocols import Description, Effect, NoticeText, Outcome
from comity.platform.webhook import signing
from comity.platform.webhook.adapter import Webhook
from comity.platform.webhook.attacks import NOBODY, Attacks, Check, NotKeptError, fresh_key
from comity.platform.webhook.client import Client, path
from comity.platform.webhook.settings import WebhookSettings

_UNION = ("EU",)
_PAGES, _PAGE = 5, 50
_MARK = NoticeText("Test by Comity", "A conformance check sent this. Nothing is to be done.", "en")


@dataclass(frozen=True, slots=True)
class Result:
    """One check: what was looked at, whether it holds, and if not what was seen and what to mend."""

    name: str
    ok: bool
    seen: str = ""
    mend: str = ""


class Conformance:
    """One run against one endpoint. ``results`` gives each check as it is done."""

    def __init__(self, settings: WebhookSettings, sample: str | None = None) -> None:
        self._settings, self._sample = settings, sample
        self._platform, self._client = Webhook(settings), Client(settings)
        self._attacks = Attacks(self._client)
        self._item = ""
        self._touched = False

    def results(self) -> Iterator[Result]:
        """Run all checks; those that need the sample are left out when it is not found."""
        try:
            words = "answer /about, and sign answers as the contract says"
            yield self._run("it says which contract it keeps, signed", words, self._about)
            yield from (self._run(*one) for one in self._attacks.checks())
            found = self._run("the sample is found", "answer /resolve with the item of your sample URL", self._find)
            yield found
            if found.ok:
                yield from (self._run(*one) for one in self._about_content())
        finally:
            self._put_back()
            self._platform.close()
            self._client.close()

    def _run(self, name: str, mend: str, check: Callable[[], None]) -> Result:
        try:
            check()
        except NotKeptError as seen:
            return Result(name, ok=False, seen=str(seen), mend=mend)
        except PlatformFailure as failure:
            return Result(name, ok=False, seen=f"{failure.code}: {failure}", mend=mend)
        return Result(name, ok=True)

    def _about_content(self) -> list[Check]:
        same = "keep each key with its call and answer, in the transaction of the effect"
        return [
            ("a URL of another host is not ours", "compare scheme and host exactly", self._foreign),
            ("an unknown URL of yours is absent", "answer {outcome: absent, item: null}", self._unknown_url),
            ("an unknown item or account is absent", "answer 404 {code: absent}, signed", self._unknown),
            ("the item is described whole", "follow the schema Item of the contract", self._described),
            ("everything to preserve is given as announced", "size and SHA-256 of each part must fit", self._parts),
            ("what is stored is listed, or is not", "answer /items by the contract, or 404", self._listed),
            ("strangers see the item", "give public URLs that anybody can open", lambda: self._shown(shown=True)),
            ("an effect without a key is refused", f"answer 400 to a POST without {signing.KEY}", self._no_key),
            ("a disabled item is gone: page and every file", "answer 404, 410 or 451 everywhere", self._disable),
            (
                "quietly disabled looks like never existed",
                "answer as to an unknown URL, when legal is null",
                self._quiet,
            ),
            ("a disabled item can still be described and preserved", "keep what is disabled", self._parts),
            ("the same key twice has one effect and one answer", same, self._twice),
            ("the same key at the same moment has one effect", f"lock while you look up a key; {same}", self._together),
            ("the same key for another call is refused", "answer 409 {code: key_reused}, do nothing", self._reused),
            ("restoring elsewhere lifts nothing", "lift exactly the territories that are named", self._elsewhere),
            ("a restored item is shown again", "show exactly what stood there before", self._restore),
            ("a user's language is told, or not known", "answer 404, null or a BCP 47 tag", self._language),
            ("a notice arrives once", f"one message a key; {same}", self._notice),
        ]

    def _about(self) -> None:
        about = self._platform.about()
        self._sample = self._sample or about.sample

    def _find(self) -> None:
        if not self._sample:
            raise NotKeptError("/about names no sample, and none was given (--sample URL)")
        found = self._platform.resolve(self._sample)
        if found.item is None:
            raise NotKeptError(f"{self._sample}: {found.outcome.value}; {found.why}")
        self._item = found.item
        if self._described_now().disabled_in:
            raise NotKeptError("the sample is disabled already: name one that is not")

    def _described_now(self) -> Description:
        return self._platform.describe(self._item)

    def _foreign(self) -> None:
        for url in ("https://evil.example/post/1", f"https://evil.example/?{self._sample}"):
            _, body = self._client.tried(self._client.signed("GET", "resolve", query={"url": url}))
            if b"not_ours" not in body:
                raise NotKeptError(f"{url}: {body[:200]!r}")

    def _unknown_url(self) -> None:
        outcome = self._platform.resolve(self._unknown_page()).outcome
        if outcome is not Outcome.ABSENT:
            raise NotKeptError(f"{self._unknown_page()}: {outcome.value}")

    def _unknown_page(self) -> str:
        return f"{str(self._sample).rpartition('/')[0]}/{NOBODY}"

    def _unknown(self) -> None:
        for call in (
            lambda: self._platform.describe(NOBODY),
            lambda: list(self._platform.fetch(NOBODY)),
            lambda: self._platform.disable(NOBODY, territories=_UNION, key=fresh_key(), legal=None),
            lambda: self._platform.notify(NOBODY, _MARK, key=fresh_key()),
        ):
            try:
                call()
            except Absent:
                continue
            raise NotKeptError("something was found under a name that does not exist")

    def _described(self) -> None:
        told = self._described_now()
        foreign = [url for url in _urls(told) if addresses.read(url, self._settings.origins).path is None]
        if not told.urls or foreign:
            raise NotKeptError(
                f"public URLs: {', '.join(told.urls) or 'none'}; not yours: {', '.join(foreign) or 'none'}"
            )

    def _parts(self) -> None:
        digests = {hashlib.sha256(b"".join(part.chunks)).hexdigest() for part in self._platform.fetch(self._item)}
        lacking = [one.name for one in self._described_now().media if one.sha256 not in digests]
        if not digests or lacking:
            raise NotKeptError(f"{len(digests)} parts; described but not among them: {', '.join(lacking) or 'none'}")

    def _listed(self) -> None:
        """The first pages are whole and go on; the sample is in them, unless there are more than these."""
        cursor, seen = None, list[str]()
        for _ in range(_PAGES):
            try:
                page = self._platform.listed(cursor, _PAGE)
            except Cannot:
                return
            seen += [one.item for one in page.items]
            cursor = page.cursor
            if len(set(seen)) != len(seen) or len(page.items) > _PAGE:
                raise NotKeptError("an item was listed twice, or a page holds more than was asked for")
            if cursor is None:
                break
        if cursor is None and self._item not in seen:
            raise NotKeptError(f"{len(seen)} items were listed, and the sample is not among them")

    def _shown(self, *, shown: bool) -> None:
        view = self._platform.seen_by_stranger(str(self._sample), None)
        if view.gone is not (not shown):
            raise NotKeptError(view.detail)

    def _disabled(self, key: str) -> Effect:
        self._touched = True
        return self._platform.disable(self._item, territories=_UNION, key=key, legal=None)

    def _no_key(self) -> None:
        body = b'{"territories": ["EU"], "legal": null}'
        self._touched = True
        where = path("items", self._item, "disable")
        self._attacks.must_refuse(self._client.signed("POST", where, content=body))
        self._shown(shown=True)

    def _disable(self) -> None:
        self._disabled(fresh_key())
        self._shown(shown=False)

    def _quiet(self) -> None:
        seen = {url: self._client.look(url) for url in (str(self._sample), self._unknown_page())}
        if len(set(seen.values())) != 1:
            raise NotKeptError("; ".join(f"{url}: {status}" for url, status in seen.items()))

    def _twice(self) -> None:
        key = fresh_key()
        first, second = self._disabled(key), self._disabled(key)
        if first != second:
            raise NotKeptError(f"{first} and then {second}")

    def _together(self) -> None:
        key = fresh_key()
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: self._disabled(key), range(4)))
        if len(set(answers)) != 1:
            raise NotKeptError(f"{len(set(answers))} different answers to one key")

    def _reused(self) -> None:
        key = fresh_key()
        self._disabled(key)
        try:
            self._platform.restore(self._item, territories=_UNION, key=key)
        except KeyReused:
            return self._shown(shown=False)
        raise NotKeptError("a second call under the same key was carried out")

    def _elsewhere(self) -> None:
        self._platform.restore(self._item, territories=("FR",), key=fresh_key())
        self._shown(shown=False)

    def _restore(self) -> None:
        self._platform.restore(self._item, territories=_UNION, key=fresh_key())
        self._shown(shown=True)
        if self._described_now().disabled_in:
            raise NotKeptError("it is shown, but described as disabled")
        self._touched = False

    def _language(self) -> None:
        self._platform.language(self._described_now().account)

    def _notice(self) -> None:
        account, key = self._described_now().account, fresh_key()
        first, second = (self._platform.notify(account, _MARK, key=key) for _ in range(2))
        if first != second:
            raise NotKeptError(f"{first} and then {second}")

    def _put_back(self) -> None:
        """Whatever a check stopped at, the sample is not left disabled."""
        if self._touched:
            try:
                self._platform.restore(self._item, territories=_UNION, key=fresh_key())
            except PlatformFailure:
                return


def _urls(told: Description) -> tuple[str, ...]:
    return (*told.urls, *(one.url for one in told.media))
