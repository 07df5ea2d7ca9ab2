"""The part of the service that imports a register file. A file proposes; only people and a call-back confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.casefile.records import UnitOfWork
from comity.registry import service, store, store_staff
from comity.registry.duties import Duty, require_duty
from comity.registry.errors import UnusableProposalError
from comity.registry.means import AuthorityProposal, NumberFound
from comity.registry.register_file import Difference, Register, differences


@dataclass(frozen=True)
class Imported:
    """What an import did: the differences it found, and the authorities that it proposed or amended."""

    found: tuple[Difference, ...]
    proposed: tuple[str, ...]
    amended: tuple[str, ...]


def dry_run(register: Register) -> tuple[Difference, ...]:
    """What an import would find. It changes nothing."""
    return tuple(differences(register, store.authorities()))


def import_register(work: UnitOfWork, *, by: str, register: Register, amend: frozenset[str] = frozenset()) -> Imported:
    """Propose every new authority of the file, and amend those changed ones whose references ``amend`` names.

    A changed authority that nobody named stays as it is, confirmed or not: a forged file must not be able to switch
    the whole register off. Absent ones are only reported.
    """
    require_duty(store_staff.member(by), Duty.IMPORT_REGISTER)
    found = dry_run(register)
    changed = {item.reference: item.held for item in found if item.change == "changed" and item.held}
    if not amend <= changed.keys():
        raise UnusableProposalError(f"Not changed by this file: {', '.join(sorted(amend - changed.keys()))}.")
    proposals = {proposal.register_reference or "": proposal for proposal in register.proposals}
    new = [item.reference for item in found if item.change == "new"]
    proposed = tuple(service.propose_authority(work, by=by, proposal=proposals[reference]) for reference in new)
    amended = []
    for reference in sorted(amend):
        held = changed[reference]
        service.amend_authority(work, by=by, authority=held, proposal=_joined(held, proposals[reference]))
        amended.append(held)
    return Imported(found, proposed, tuple(amended))


def _joined(authority: str, proposal: AuthorityProposal) -> AuthorityProposal:
    """The file's proposal with the numbers and sources that staff found elsewhere: a file adds, it never takes away."""
    numbers = {found.number: found for found in store.numbers_found(authority)}
    for found in proposal.numbers:
        before = numbers.get(found.number)
        sources = (*before.sources, *found.sources) if before else found.sources
        numbers[found.number] = NumberFound(found.number, tuple(dict.fromkeys(sources)))
    return replace(proposal, numbers=tuple(numbers.values()))
