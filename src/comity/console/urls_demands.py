"""Addresses of the pages about demands for users' data."""

from __future__ import annotations

from django.urls import URLPattern, path

from comity.console.pages import blackening, collections, costs, disclosure_answers, disclosures

_demand = "demands/<int:number>/"
_file = f"{_demand}collections/<slug:collection>/files/<sha256:file>/"


def paths() -> list[URLPattern]:
    """Every one of them; the converter ``sha256`` is registered before."""
    return [
        path(_demand, disclosures.show, name="disclosure"),
        path(f"{_demand}answer", disclosure_answers.answer, name="disclosure_answer"),
        path(f"{_demand}agree", disclosure_answers.agree, name="disclosure_agree"),
        path(f"{_demand}disagree", disclosure_answers.disagree, name="disclosure_disagree"),
        path(f"{_demand}facts", disclosures.find_out, name="disclosure_facts"),
        path(f"{_demand}facts/other", disclosures.find_out_more, name="disclosure_fact"),
        path(f"{_demand}steps/<slug:name>", disclosures.step, name="disclosure_step"),
        path(f"{_demand}contest", disclosures.contest_ended, name="disclosure_contest"),
        path(f"{_demand}costs", costs.show, name="disclosure_costs"),
        path(f"{_demand}costs/note", costs.note, name="disclosure_cost"),
        path(f"{_demand}costs/move", costs.move, name="disclosure_cost_move"),
        path(f"{_demand}costs/claim", costs.claim, name="disclosure_claim"),
        path(f"{_demand}release", collections.let_go, name="disclosure_release"),
        path(f"{_demand}back", collections.send_back, name="disclosure_send_back"),
        path(f"{_demand}collections/<slug:collection>/", collections.preview, name="collection"),
        path(f"{_demand}collections/<slug:collection>/redact", collections.redact, name="redact_collection"),
        path(f"{_demand}collections/<slug:collection>/undo", collections.undo, name="undo_redaction"),
        path(_file, blackening.show, name="collection_file"),
        path(f"{_file}picture", blackening.picture, name="collection_picture"),
        path(f"{_file}blacken", blackening.blacken, name="collection_blacken"),
        path(f"{_file}undo", blackening.undo, name="collection_undo"),
    ]
