"""What is exchanged with the registration system of the demandes (SNE, or a *système particulier*)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from palier.base.refusal import Refused
from palier.droit.numero_unique import NumeroInvalide, lire_numero_unique

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Identite:
    """A person as the system knows them: imported data, to be confirmed by the person."""

    nom: str
    prenom: str
    naissance: date


@dataclass(frozen=True, slots=True)
class Membre:
    """One person of a registered household. Amounts in cents; `ressources` by code of the form, monthly."""

    nom: str
    prenom: str
    naissance: date
    role: str = "demandeur"
    nom_usage: str = ""
    civilite: str = ""
    nationalite: str = ""
    situation_familiale: str = ""
    garde: str = ""
    profession: str = ""
    employeur: str = ""
    contrat: str = ""
    annee_n1: int | None = None
    rfr_n1_cents: int | None = None
    rfr_n2_cents: int | None = None
    ressources: Mapping[str, int] = field(default_factory=dict)

    @property
    def identite(self) -> Identite:
        """Birth name, first name, birth date."""
        return Identite(self.nom, self.prenom, self.naissance)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A whole demande as it is exported and imported.

    `reference` is our own name of what is told: told twice, one effect. `depose_le` is the first filing (the
    seniority), `renouvelee_le` the last renewal. `contact`: telephone, mel, adresse, code_postal, commune (INSEE).
    `logement`: statut, loyer_cents, surface, personnes. `recherche`: typologies, communes, budget_cents, elargie.
    """

    departement: str
    depose_le: date
    membres: tuple[Membre, ...] = ()
    reference: str = ""
    numero: str = ""
    renouvelee_le: date | None = None
    radie_le: date | None = None
    motif_radiation: str = ""
    union: str = ""
    enfants_a_naitre: int = 0
    naissance_prevue: date | None = None
    contact: Facts = field(default_factory=dict)
    logement: Facts = field(default_factory=dict)
    recherche: Facts = field(default_factory=dict)

    @property
    def demandeur(self) -> Membre | None:
        """The holder, None in a record that names nobody."""
        return next((each for each in self.membres if each.role == "demandeur"), None)


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """A registered demande. `depose_le` is the first filing: the seniority. `radie_le` is set when it was removed."""

    numero: str
    depose_le: date
    departement: str
    demandeur: Identite
    renouvelee_le: date | None = None
    radie_le: date | None = None
    motif_radiation: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The number given, and the day of filing that it certifies."""

    numero: str
    depose_le: date


class AlreadyRegistered(Refused):
    """The system knows a living demande of this person in this territory. `numero` is never shown: they give it."""

    def __init__(self, numero: str) -> None:
        super().__init__(
            "demande_deja_enregistree",
            "Une demande à votre nom existe déjà dans ce département.",
            mend="Donnez son numéro unique\u00a0: votre ancienneté est gardée.",
        )
        self.numero = numero


class Registre(Protocol):
    """The registration system. Every method: GatewayDown when it does not answer, Refused when it says no."""

    def check(self, numero: str) -> Enregistrement | None:
        """The demande of this number; None when unknown. Refused when it is not a number at all."""

    def import_demande(self, numero: str) -> Dossier | None:
        """The whole record of this number, to fill a draft; None when unknown."""

    def request_number(self, dossier: Dossier) -> Attribution:
        """A number for a demande; the same answer for the same reference. AlreadyRegistered when there is one."""

    def modify(self, dossier: Dossier) -> None:
        """Replace what the system knows of a demande."""

    def renew(self, numero: str, au: date, *, reference: str) -> Enregistrement:
        """Renew a demande on a day; it also starts again one that was removed for want of renewal, in the delay."""

    def radier(self, numero: str, motif: str, au: date, *, reference: str) -> Enregistrement:
        """Remove a demande on a ground of `droit.numero_unique.motifs_radiation`. The first removal stands."""


def normalise_numero(typed: str) -> str:
    """The 18 characters, without spaces, in capitals. Refused when there are not 18 letters and digits.

    An unusual shape is no refusal: `droit.numero_unique.lire_numero_unique(…).avertissements` tells it.
    """
    try:
        return lire_numero_unique(typed).valeur
    except NumeroInvalide as error:
        raise Refused("numero_unique_forme", str(error), status=422) from error
