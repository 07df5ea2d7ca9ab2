"""What a platform stores, page by page: offered or not, whole or not, and only a scan's part of it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.platform.errors import Cannot, Unintelligible
from comity.platform.webhook.conformance import Conformance
from support.template import Template, running

_UNKNOWN = '        if name not in {"items": ITEMS'
_LISTED = (
    _UNKNOWN,
    """        if kind == "items" and not name:
            asked = parse_qs(urlsplit(self.path).query)
            names = [one for one in sorted(ITEMS) if one > asked.get("after", [""])[0]][: int(asked["most"][0])]
            after = names[-1] if len(names) == int(asked["most"][0]) else None
            return 200, {"items": [{"item": one, "text": ITEMS[one]["text"]} for one in names], "next": after}
"""
    + _UNKNOWN,
)
_POSTS = '{f"q{n}": {"by": "ada", "title": "", "text": str(n), "away": []} for n in range(9)}'
_MORE = ('"away": []}}', f'"away": []}}}} | {_POSTS}')


def pages(template: Template, most: int) -> list[str]:
    items, cursor = [], None
    with template.adapter() as platform:
        while True:
            page = platform.listed(cursor, most)
            items += [one.item for one in page.items]
            cursor = page.cursor
            if cursor is None:
                return items


@pytest.mark.parametrize("most", [1, 3, 10, 100])
def test_everything_is_listed_once_whatever_a_page_holds(tmp_path: Path, most: int) -> None:
    with running(tmp_path, _LISTED, _MORE) as template:
        assert pages(template, most) == ["p1", *(f"q{at}" for at in range(9))]
        with template.adapter() as platform:
            assert platform.listed("q7", 5).items[0].text == "8"


def test_only_the_files_of_an_item_are_read(tmp_path: Path) -> None:
    with running(tmp_path) as template, template.adapter() as platform:
        (part,) = platform.files("p1")
        assert (part.name, b"".join(part.chunks)) == ("picture.gif", b"GIF89a;")


def test_a_platform_need_not_list(tmp_path: Path) -> None:
    with running(tmp_path) as template, template.adapter() as platform, pytest.raises(Cannot, match="GET /items"):
        platform.listed(None, 10)


def test_a_page_that_is_followed_by_itself_ends_the_scan(tmp_path: Path) -> None:
    changes = (_LISTED, _MORE, ("after = names[-1]", 'after = "q2"'))
    with running(tmp_path, *changes) as template, pytest.raises(Unintelligible, match="followed by itself"):
        pages(template, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if one > asked", "if one >= asked"),
        ("sorted(ITEMS) if", 'sorted(ITEMS) if one != "p1" and'),
        ('"next": after}', '"next": 7}'),
        ('[: int(asked["most"][0])]', "[:]"),
    ],
)
def test_the_check_tells_a_list_that_is_not_whole(tmp_path: Path, old: str, new: str) -> None:
    many = (_MORE[0], _MORE[1].replace("range(9)", "range(120)"))
    with running(tmp_path / "whole", _LISTED, many) as template:
        assert all(one.ok for one in Conformance(template.adapter()._settings).results())
    with running(tmp_path / "broken", _LISTED, many, (old, new)) as template:
        failed = [one.name for one in Conformance(template.adapter()._settings).results() if not one.ok]
    assert failed == ["what is stored is listed, or is not"]
