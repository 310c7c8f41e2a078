"""Shapes of the answers. Amounts are euros with at most two decimals, instants are ISO 8601 with an offset."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from palier.api.inputs import Loyer, Text


class Probleme(Schema):
    type: str
    status: int
    code: str
    detail: str
    champs: list[dict[str, str]] = []
    motifs: list[str] = []


class Commune(Schema):
    code: str
    nom: str
    departement: str
    codes_postaux: list[str]


class Ability(Schema):
    """What the caller may do with the object now and, if not, why."""

    possible: bool
    pourquoi: str = ""


class Offre(Schema):
    id: UUID
    etat: str
    commune: Commune
    quartier: str
    bailleur: str
    typologie: str
    surface: float
    etage: int
    ascenseur: bool
    financement: str
    loyer_hc: float
    loyer_cc: float
    disponible_le: date
    cloture_le: datetime
    candidatures: int


class PageOffres(Schema):
    resultats: list[Offre]
    suivant: str | None


class Demande(Schema):
    id: UUID
    etat: str
    deposee_le: date | None
    numero_unique: str | None
    prioritaires: list[str]
    secondaires: list[str]
    typologies: list[str]
    manque: list[str]


class Candidature(Schema):
    id: UUID
    offre: UUID
    etat: str
    deposee_le: datetime
    points: int
    rang: int | None
    sur: int | None
    fige: bool
    abilities: dict[str, Ability] = {}


class CandidatureIn(Schema):
    model_config = ConfigDict(extra="forbid")
    offre: UUID


class Proposition(Schema):
    id: UUID
    candidature: UUID
    offre: UUID
    etat: str
    envoyee_le: datetime
    limite_le: datetime
    abilities: dict[str, Ability] = {}


class ReponseIn(Schema):
    model_config = ConfigDict(extra="forbid")
    reponse: Text
    motif: Text = ""


class Grille(Schema):
    code: str
    version: int
    libelle: str
    empreinte: str
    en_vigueur_depuis: date
    en_vigueur_jusqu_au: date | None
    deliberation: str
    texte: str


class FiltresIn(Schema):
    """Filters of the offres; each list is an « or »; the rent is in euros a month, charges included."""

    commune: list[Text] = []
    typologie: list[Text] = []
    financement: list[Text] = []
    loyer_max: Loyer | None = None
    curseur: Text = ""
