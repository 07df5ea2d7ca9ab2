"""Write the documents that are generated from data: glossary, laws, procedure, settings. With --check, only compare."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path

import yaml

from comity.docket.procedure import PROCEDURE, Arrow, Status
from comity.docket.user_procedure import ABOUT_USERS
from comity.law import conflicts
from comity.law.conflicts.lines import Line, lines
from comity.settings import PREFIX, Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
BY = {
    "machine": "Comity itself, as a job",
    "person": "a named person of the provider",
    "authority": "an authority",
    "clock": "a deadline",
}


def glossary() -> str:
    data = yaml.safe_load((DOCS / "glossary.yaml").read_text())
    lines = [
        "# Glossary",
        "",
        "Generated from `glossary.yaml` by `tools/docs.py`. Use these words, and only these.",
        "",
    ]
    lines += ["| word | means | never called |", "| --- | --- | --- |"]
    lines += [f"| {row['word']} | {row['means']} | {', '.join(row['never'])} |" for row in data["words"]]
    lines += ["", "## Kinds of documents in a case file", "", "| kind | belongs to |", "| --- | --- |"]
    lines += [f"| `{kind}` | {word} |" for kind, word in data["kinds"].items()]
    return "\n".join(lines) + "\n"


def procedure() -> str:
    head = (DOCS / "procedure.head.md").read_text().rstrip()
    drawn = [*_drawn("An order about content", PROCEDURE), *_drawn("A demand about users", ABOUT_USERS)]
    return "\n".join([head, *drawn]) + "\n"


def _drawn(title: str, table: tuple[Arrow, ...]) -> list[str]:
    sources = {arrow.source for arrow in table}
    ends = [status for status in Status if status in {arrow.target for arrow in table} - sources]
    lines = ["", f"## {title}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {Status.RECEIVED.value}"]
    lines += [f"    {a.source.value} --> {a.target.value}: {a.event}" for a in table]
    lines += [f"    {status.value} --> [*]" for status in ends]
    lines += ["```", "", "| from | what happens | to | caused by | which means |", "| --- | --- | --- | --- | --- |"]
    return lines + [f"| {a.source.value} | {a.event} | {a.target.value} | {BY[a.by]} | {a.means} |" for a in table]


def settings() -> str:
    lines = ["# Settings", "", "Generated from `comity.settings` by `tools/docs.py`.", ""]
    lines += [
        "All come from the environment, or from one TOML file that `COMITY_SETTINGS` names: its keys are the",
        "names without `COMITY_`, in small letters (`workers = 3`). The environment wins; an unknown name is refused.",
        "Secrets stand in files of their own (`…_file`); a settings' file with a password in an address must be its",
        "owner's only.",
        "",
    ]
    lines += ["| variable | default | what it is |", "| --- | --- | --- |"]
    own = sorted(Settings.model_fields.items(), key=lambda one: one[0] not in Settings.__annotations__)
    for name, field in own:
        default = "none" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def law_matrix() -> str:
    held = conflicts.shelf()
    text = [
        "# The matrix of laws",
        "",
        "Generated from `src/comity/law/conflicts` by `tools/docs.py`; the same as `comity law matrix` prints, by the",
        f"law of {held.facts.version}. `EU` is another Member State, `THIRD` another state without agreement. Taken",
        "for granted: the provider offers services in the Union, no company of the United States reaches the data, no",
        "law of another home bars it, the person belongs to a state without agreement; the command takes other ones.",
        "Several routes in one line: undetermined between them, with the fact that decides. `counsel` stops for a",
        "named lawyer. The last column names the",
        "rows of `matrix.yaml` and, after 6.2, those of the source.",
        "",
        "| route | means | for the answer |",
        "| --- | --- | --- |",
        *(f"| `{r.id}` | {r.label} | {r.answer.replace('_', ' ')} |" for r in held.facts.routes),
        "",
        "When a step of the ladder does not answer: " + "; ".join(rung.label for rung in held.facts.ladder) + ".",
        "At half of the time the next step is called, at four fifths the protective objection is filed. A missed step",
        "never turns into disclosure.",
    ]
    moment = datetime.combine(held.facts.version, time(), UTC)
    for identifier in held.at(moment).matrix:
        found = lines(conflicts.cells(conflicts.Selection(instrument=identifier), moment))
        text += ["", f"## {identifier}", "", "| issuing state | home | category | emergency | route | rows |"]
        text += ["| --- | --- | --- | --- | --- | --- |", *map(_matrix_row, found)]
    return "\n".join(text) + "\n"


def _matrix_row(line: Line) -> str:
    hangs = f"; hangs on {', '.join(line.hangs_on)}" if line.hangs_on else ""
    return f"| {' | '.join(line.where)} | {line.route} | {line.basis}{hangs} |"


GENERATED = {
    "glossary.md": glossary,
    "law-matrix.md": law_matrix,
    "procedure.md": procedure,
    "settings.md": settings,
}


def stale() -> list[str]:
    """Names of generated documents that differ from their data."""
    return [
        name for name, make in GENERATED.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != make()
    ]


def main() -> int:
    if "--check" in sys.argv:
        for name in stale():
            print(f"docs/{name} is not what its data says; run: .venv/bin/python tools/docs.py")
        return 1 if stale() else 0
    for name, make in GENERATED.items():
        (DOCS / name).write_text(make())
    return 0


if __name__ == "__main__":
    sys.exit(main())
