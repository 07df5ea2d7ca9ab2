"""Every type of signal, complete. Its examples are tests; its name is what banks, searches and answers call it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from comity.matching.errors import UnknownSignalType
from comity.matching.signals import digests, likeness, text, urls, vpdq
from comity.matching.signals.types import ContentType, SignalType, same

PDQ_DISTANCE = 31
"""Bits, of 256: what the reference calls a confident match."""


def _bits(content: str, listed: str) -> float:
    return (int(content, 16) ^ int(listed, 16)).bit_count()


def _pdq(signal: str) -> str:
    return digests.hexadecimal(signal, 32)


_BRIDGE = (
    "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
    "d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b22",
)
_ANY = frozenset({ContentType.FILE, ContentType.PHOTO, ContentType.VIDEO})
_TEXT, _URL = frozenset({ContentType.TEXT}), frozenset({ContentType.URL})
_ONE_TEXT = text.signal("The bridge stands above the river.")

_ALL = (
    SignalType(
        name="pdq",
        meaning="a picture, by what it shows",
        content_types=frozenset({ContentType.PHOTO}),
        normalise=_pdq,
        distance=_bits,
        threshold=PDQ_DISTANCE,
        unit="bits of 256",
        examples=_BRIDGE,
        not_examples=("", "0" * 63, "g" * 64, _BRIDGE[0] + "00"),
        elsewhere=("pdq", "HASH_PDQ", "PDQ"),
    ),
    SignalType(
        name="vpdq",
        meaning="a film, by what its frames show",
        content_types=frozenset({ContentType.VIDEO}),
        normalise=vpdq.normalise,
        distance=vpdq.distance,
        threshold=20.0,
        unit="per cent of the content's frames that the listed film has not",
        examples=(vpdq.write((one, 100, float(at)) for at, one in enumerate(_BRIDGE)),),
        not_examples=("", "[]", "{}", '["x,100,0.0"]', f'["{_BRIDGE[0]},101,0.0"]', f'["{_BRIDGE[0]},100,nan"]'),
        elsewhere=("vpdq",),
    ),
    SignalType(
        name="sha256",
        meaning="a file, byte for byte",
        content_types=_ANY,
        normalise=digests.sha256,
        distance=same,
        threshold=0.0,
        unit="0 or 1",
        examples=("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",),
        not_examples=("", "00" * 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        elsewhere=("video_sha256", "HASH_VIDEO_SHA256", "HASH_SHA256", "SHA256"),
    ),
    SignalType(
        name="md5",
        meaning="a file, byte for byte, as older lists name it",
        content_types=_ANY,
        normalise=digests.md5,
        distance=same,
        threshold=0.0,
        unit="0 or 1",
        examples=("900150983cd24fb0d6963f7d28e17f72",),
        not_examples=("", "00" * 16, "d41d8cd98f00b204e9800998ecf8427e", "ba7816bf8f01cfea"),
        elsewhere=("video_md5", "HASH_VIDEO_MD5", "HASH_MD5", "MD5"),
    ),
    SignalType(
        name="text",
        meaning="a text, exactly, after what a reader does not see was made one",
        content_types=_TEXT,
        normalise=digests.sha256,
        distance=same,
        threshold=0.0,
        unit="0 or 1",
        examples=(_ONE_TEXT,),
        not_examples=("", "The bridge stands above the river."),
        elsewhere=("raw_text", "TEXT_STRING"),
    ),
    SignalType(
        name="text_likeness",
        meaning="a text, by the pairs of neighbouring words in it",
        content_types=_TEXT,
        normalise=likeness.normalise,
        distance=likeness.distance,
        threshold=likeness.DISTANCE,
        unit="share of differing places in the signature, from 0 to 1",
        examples=("01" * likeness.OCTETS,),
        not_examples=("", "01" * (likeness.OCTETS - 1)),
    ),
    SignalType(
        name="url",
        meaning="one address",
        content_types=_URL,
        normalise=urls.canonical,
        distance=same,
        threshold=0.0,
        unit="0 or 1",
        examples=("https://example.org/channel/9", "https://matrix.to/#/!room:example.org"),
        not_examples=("", "ftp://example.org/", "https://", "javascript:alert(1)", "https://exa mple.org/"),
        elsewhere=("url", "URI", "RAW_URI"),
    ),
    SignalType(
        name="url_host",
        meaning="everything on one host, with *. also below it",
        content_types=_URL,
        normalise=urls.host_rule,
        distance=urls.host_distance,
        threshold=0.0,
        unit="0 or 1",
        examples=("example.org", "*.example.org"),
        not_examples=("", "*", "*.org", "https://example.org/", "example.org:8080", "*.127.0.0.1"),
    ),
    SignalType(
        name="url_path",
        meaning="everything at and below a path of one host",
        content_types=_URL,
        normalise=urls.path_rule,
        distance=urls.path_distance,
        threshold=0.0,
        unit="0 or 1",
        examples=("https://example.org/channel/",),
        not_examples=("", "https://example.org/", "https://example.org/channel?x=1"),
    ),
)

TYPES: Mapping[str, SignalType] = MappingProxyType({one.name: one for one in _ALL})
"""By name."""


def type_named(name: str) -> SignalType:
    """The type of that name, ours or the one used elsewhere."""
    if name in TYPES:
        return TYPES[name]
    for one in _ALL:
        if name in one.elsewhere:
            return one
    raise UnknownSignalType(f"there is no type of signal called {name[:60]!r}")
