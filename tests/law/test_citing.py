from __future__ import annotations

import pytest

from comity.law import article_text
from comity.law.citing import TOPICS, citing
from comity.law.errors import UnknownInstrumentError
from comity.law.library import INSTRUMENTS


@pytest.mark.parametrize("topic", sorted(TOPICS))
@pytest.mark.parametrize("identifier", sorted(INSTRUMENTS))
def test_each_topic_has_articles_under_each_law(identifier: str, topic: str) -> None:
    found = citing(identifier, topic)
    assert found
    assert len(set(found)) == len(found)
    assert all(article_text(one) for one in found)


@pytest.mark.parametrize(
    ("identifier", "topic", "articles"),
    [
        ("eu-eevidence-production", "sender", ("2023/1543 Art 19(5)", "2023/1543 Art 21")),
        ("eu-eevidence-preservation", "signed", ("2023/1543 Art 9", "2023/1543 Annex II(F)")),
        ("eu-dsa-art9", "sender", ("2022/2065 Art 9(2)(c)",)),
        ("fr-csi", "sender", ("CSI R851-6",)),
        ("emergency-voluntary", "sender", ("GDPR Art 32",)),
        ("us-sca", "url", ("18 USC 2703(c)",)),
    ],
)
def test_the_articles_are_those_by_which_it_fails(identifier: str, topic: str, articles: tuple[str, ...]) -> None:
    assert citing(identifier, topic) == articles


def test_no_other_topic_and_no_other_law() -> None:
    with pytest.raises(KeyError):
        citing("us-sca", "weather")
    with pytest.raises(UnknownInstrumentError):
        citing("xx-law", "sender")
