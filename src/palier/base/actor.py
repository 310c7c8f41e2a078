"""Who acts: one person under one hat, or the system."""

from dataclasses import dataclass
from uuid import UUID

ROLES = (
    "anonymous",
    "demandeur",
    "codemandeur",
    "aidant",
    "conseiller",
    "reservataire",
    "bailleur",
    "membre_caleol",
    "guichet",
    "collectivite",
    "service_social",
    "employeur",
    "auditeur",
    "dpo",
    "admin",
    "client_api",
    "systeme",
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an act: `user_id` is None for the system and for nobody signed in."""

    user_id: UUID | None
    role: str
    organisation_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"unknown role: {self.role!r}")

    @classmethod
    def system(cls) -> "Actor":
        """The platform itself: due dates, deliveries, seeding."""
        return cls(None, "systeme")

    @classmethod
    def anonymous(cls) -> "Actor":
        """Somebody who is not signed in."""
        return cls(None, "anonymous")

    @property
    def is_signed_in(self) -> bool:
        """True for a person, False for the system and for visitors."""
        return self.user_id is not None
