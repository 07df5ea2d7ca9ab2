"""What the registry can report. Each class says what is wrong, its docstring is the message, its code is stable."""

from __future__ import annotations

from typing import ClassVar


class RegistryError(Exception):
    """The registry refused."""

    code: ClassVar[str] = "registry.refused"

    def __init__(self, detail: str = "") -> None:
        """Take what a person needs to know beyond the class's own message."""
        meaning = (type(self).__doc__ or "").split("\n", 1)[0]
        super().__init__(f"{meaning} {detail}".strip())


class UnknownAuthorityError(RegistryError):
    """No authority has this identifier."""

    code = "registry.unknown_authority"


class UnknownStaffError(RegistryError):
    """No active member of staff has this identifier."""

    code = "registry.unknown_staff"


class UnknownOfficerError(RegistryError):
    """No officer has this identifier."""

    code = "registry.unknown_officer"


class UnknownCredentialError(RegistryError):
    """No credential has this identifier."""

    code = "registry.unknown_credential"


class UnknownNumberError(RegistryError):
    """This number is not one that was held for the authority beforehand; a call to it proves nothing."""

    code = "registry.unknown_number"


class NotYourDutyError(RegistryError):
    """None of this person's roles carries this duty."""

    code = "registry.not_your_duty"


class SamePersonError(RegistryError):
    """The same person cannot act twice where the law of this house asks for two."""

    code = "registry.same_person"


class UnusableProposalError(RegistryError):
    """The proposal cannot be taken as it stands."""

    code = "registry.unusable_proposal"


class TooManyApplicationsError(RegistryError):
    """Too many applications wait for us already. Write to the contact point; orders are taken there all the same."""

    code = "registry.too_many_applications"


class NotReadyError(RegistryError):
    """Something that must come first has not happened yet."""

    code = "registry.not_ready"


class WrongStateError(RegistryError):
    """The record is not in a state from which this step leads on."""

    code = "registry.wrong_state"


class UnusableCertificateError(RegistryError):
    """The certificate cannot be read or is not valid now."""

    code = "registry.unusable_certificate"


class AlreadyHeldError(RegistryError):
    """The registry already holds this; nothing was changed."""

    code = "registry.already_held"


class UnusableRegisterError(RegistryError):
    """The register file cannot be used; nothing was read from it."""

    code = "registry.unusable_register"
