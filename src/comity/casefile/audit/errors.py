"""The failures this room may report. A class's docstring is its message; ``code`` is stable for doors and logs."""

from __future__ import annotations

from typing import ClassVar


class AuditFailure(Exception):  # noqa: N818 -- names of failures in this house say what is wrong
    """The log refused."""

    code: ClassVar[str] = "audit"

    def __init__(self, detail: str = "") -> None:
        message = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{message} {detail}".strip())


class MalformedHash(AuditFailure):
    """A hash is not exactly 32 bytes long (RFC 9162 section 2.1.1, SHA-256)."""

    code = "audit.hash"


class OutsideTree(AuditFailure):
    """An index or a size lies outside the tree."""

    code = "audit.outside_tree"


class ProofRefused(AuditFailure):
    """A Merkle proof does not lead to the root it was given for (RFC 9162 sections 2.1.3 and 2.1.4)."""

    code = "audit.proof"


class MalformedNote(AuditFailure):
    """These bytes are not a signed note (c2sp.org/signed-note)."""

    code = "audit.note"


class MalformedKey(AuditFailure):
    """This is not a key of the log (c2sp.org/signed-note, verifier keys)."""

    code = "audit.key"


class UnsafeKeyFile(AuditFailure):
    """A file with a private key of the log may be read or written by others than its owner."""

    code = "audit.key_file"


class SignatureRefused(AuditFailure):
    """A signature by a known key does not verify."""

    code = "audit.signature"


class KeyChangeRefused(AuditFailure):
    """A change of the log's keys does not follow from the keys that were in force."""

    code = "audit.key_change"


class UnknownSigner(AuditFailure):
    """No known key has signed this note."""

    code = "audit.unknown_signer"


class MalformedCheckpoint(AuditFailure):
    """The text is not a checkpoint of this log (c2sp.org/tlog-checkpoint)."""

    code = "audit.checkpoint"


class MalformedTile(AuditFailure):
    """A tile or entry bundle does not have the form of c2sp.org/tlog-tiles."""

    code = "audit.tile"


class MalformedProofFile(AuditFailure):
    """These bytes are not a proof file (c2sp.org/tlog-proof)."""

    code = "audit.proof_file"


class ImmutableDiffers(AuditFailure):
    """An immutable file exists with other content; writing it was refused."""

    code = "audit.immutable"


class NoSuchEntry(AuditFailure):
    """There is no such entry."""

    code = "audit.no_such_entry"


class WrongKind(AuditFailure):
    """The entry is of another kind than asked for."""

    code = "audit.wrong_kind"


class EntryErased(AuditFailure):
    """The entry's document was erased; only its leaf remains."""

    code = "audit.erased"


class LeafMismatch(AuditFailure):
    """A document is not what its leaf committed to: somebody changed one of them."""

    code = "audit.leaf_mismatch"


class NotInCheckpoint(AuditFailure):
    """The entry's leaf is not inside a signed checkpoint."""

    code = "audit.not_in_checkpoint"


class WaitInsideWork(AuditFailure):
    """Waiting for a checkpoint inside a unit of work would wait for itself: its entries are not committed yet."""

    code = "audit.wait_inside_work"


class SequencerElsewhere(AuditFailure):
    """Another sequencer is alive; only one may give indices."""

    code = "audit.sequencer_elsewhere"


class LogBroken(AuditFailure):
    """The log's own tables contradict each other; nothing more is signed until a person has looked."""

    code = "audit.broken"


class PolicyImpossible(AuditFailure):
    """More witnesses are required than are configured (COMITY_WITNESSES)."""

    code = "audit.policy"


class WitnessRefused(AuditFailure):
    """A witness did not cosign."""

    code = "audit.witness_refused"

    def __init__(self, detail: str = "", *, fork: bool = False) -> None:
        super().__init__(detail)
        self.fork = fork
        """Whether the witness holds another history of this log than we do: somebody must look at once."""


class StampRefused(AuditFailure):
    """This is not a time stamp over this checkpoint by a known time-stamping authority (RFC 3161)."""

    code = "audit.stamp"


class ForgedEntry(AuditFailure):
    """Only the log makes entered documents."""

    code = "audit.forged"
