"""What a browser would post from a page: every control of its forms, as HTML says it."""

from __future__ import annotations

from html.parser import HTMLParser


class Controls(HTMLParser):
    """Reads a page; ``posted`` holds names with what each control would send, in the page's order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.posted: dict[str, list[str]] = {}
        self.tags: list[str] = []
        self._text: tuple[str, list[str]] | None = None
        self._select: str | None = None
        self._chosen: list[tuple[str, bool]] = []
        self._option: tuple[bool, str | None, list[str]] | None = None

    @classmethod
    def of(cls, page: str) -> Controls:
        reader = cls()
        reader.feed(page)
        reader.close()
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.append(tag)
        if tag == "input" and said.get("name") and said.get("type") != "file":
            ticked = said.get("type") not in ("checkbox", "radio") or "checked" in said
            if ticked:
                self.posted.setdefault(str(said["name"]), []).append(said.get("value") or "")
        elif tag == "textarea":
            self._text = (str(said["name"]), [])
        elif tag == "select":
            self._select, self._chosen = str(said["name"]), []
        elif tag == "option":
            self._option = ("selected" in said, said.get("value"), [])

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)
        if self._option is not None:
            self._option[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            text = "".join(self._text[1]).removeprefix("\n")
            self.posted.setdefault(self._text[0], []).append(text.replace("\n", "\r\n"))
            self._text = None
        elif tag == "option" and self._option is not None:
            chosen, value, words = self._option
            self._chosen.append(("".join(words).strip() if value is None else value, chosen))
            self._option = None
        elif tag == "select" and self._select is not None:
            first = self._chosen[0][0] if self._chosen else ""
            self.posted[self._select] = [next((value for value, chosen in self._chosen if chosen), first)]
            self._select = None
