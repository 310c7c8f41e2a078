"""Shapes of a simulation, for whoever writes a program: the case of `palier simuler`, and every leaf of the answer.

They describe; the law's own reader (`droit.menage.lire_cas`) decides what a case is, in its own sentences.
"""

from datetime import date
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

ANNEE = Field(
    None, examples=[{"2024": 21500, "2025": None}], description="Revenu fiscal de référence par année de revenus."
)
EXEMPLE: dict[str, Any] = {
    "au": "2026-11-24",
    "commune": "44109",
    "menage": {
        "union": None,
        "personnes": [
            {
                "id": "p1", "role": "demandeur", "naissance": "1992-03-02", "handicap": False,
                "rfr": {"2024": 21500, "2025": None}, "douze_mois": None, "net_mensuel": 1720,
            },
            {"id": "p2", "role": "enfant", "naissance": "2019-05-05", "a_charge": True, "garde": "principale"},
        ],
        "enfants_a_naitre": 0,
    },
    "emploi": {"secteur": "prive", "effectif": 120, "contrat": "cdi", "debut": "2020-01-06", "demandeur_emploi": False},
    "logement": {"typologie": "T3", "surface": 62.0, "loyer_hc": 540, "loyer_cc": 620, "financement": "PLUS"},
}  # fmt: skip


class PersonneIn(Schema):
    """Une personne. Montants en euros ; un champ absent ou null est inconnu."""

    id: str | None = None
    role: Literal["demandeur", "conjoint", "codemandeur", "enfant", "ascendant", "autre"]
    naissance: date | None = None
    a_charge: bool | None = None
    handicap: bool | None = Field(None, description="Titulaire de la carte mobilité inclusion « invalidité ».")
    garde: Literal["principale", "alternee", "visite"] | None = None
    rfr: dict[str, float | None] | None = ANNEE
    douze_mois: float | None = None
    net_mensuel: float | None = None


class MenageIn(Schema):
    """Les personnes ; l'union est celle du demandeur et du conjoint."""

    union: Literal["mariage", "pacs", "concubinage"] | None = None
    personnes: list[PersonneIn] | None = None
    enfants_a_naitre: int | None = None


class EmploiIn(Schema):
    """L'emploi du demandeur."""

    secteur: Literal["prive", "agricole", "epic", "public"] | None = None
    effectif: int | None = None
    contrat: Literal["cdi", "cdd", "interim", "alternance"] | None = None
    debut: date | None = None
    demandeur_emploi: bool | None = None


class LogementIn(Schema):
    """Un logement à tester ; loyers en euros par mois, surface en m²."""

    typologie: str | None = None
    surface: float | None = None
    loyer_hc: float | None = None
    loyer_cc: float | None = None
    financement: Literal["PLAI", "PLUS", "PLS", "PLI"] | None = None


class CasIn(Schema):
    """Le cas : seuls `au` et le rôle de chaque personne sont obligatoires."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXEMPLE]})
    au: date = Field(description="Jour de la règle, depuis le 1er janvier 2017.")
    commune: str | None = Field(None, description="Code INSEE à cinq caractères.")
    menage: MenageIn | None = None
    emploi: EmploiIn | None = None
    logement: LogementIn | None = None


class Strict(Schema):
    """A part of the answer: every key is declared."""

    model_config = ConfigDict(extra="forbid")


class Motif(Strict):
    """Une raison ; `texte` suit l'en-tête Accept-Language (fr ou en), le français à défaut."""

    code: str
    reference: str
    faits: dict[str, str | int | float | bool | None]
    texte: str


class Manquant(Strict):
    """Un fait qui manque, et le code de la pièce qui le prouve."""

    fait: str
    piece: str | None
    texte: str


class Verdict(Strict):
    """`etabli` avec une valeur et ses raisons, ou `indetermine` avec ce qui manque : jamais un refus."""

    statut: Literal["etabli", "indetermine"]
    motifs: list[Motif]
    manquants: list[Manquant]


class Booleen(Verdict):
    valeur: bool | None


class Nombre(Verdict):
    """Montants en euros."""

    valeur: int | float | None


class Texte(Verdict):
    valeur: str | None


class Categorie(Verdict):
    """1 à 6 ; `supplements` compte les personnes au-delà."""

    valeur: int | None
    supplements: int | None = None


class Financement(Strict):
    plafond: Nombre
    eligible: Booleen


class Financements(Strict):
    PLAI: Financement
    PLUS: Financement
    PLS: Financement
    PLI: Financement


class Typologies(Strict):
    min: Texte
    cible: Texte
    max: Texte


class Aide(Strict):
    eligible: Booleen
    montant: Nombre


class Avance(Aide):
    mensualites: Nombre


class Aides(Strict):
    visale: Aide
    loca_pass: Avance
    mobili_jeune: Aide
    mobili_pass: Aide


class Simulation(Strict):
    """La réponse de `palier simuler` ; les cinq dernières feuilles n'existent que pour un logement."""

    categorie_menage: Categorie
    zone_plafonds: Texte
    zone_abc: Texte
    zone_apl: Texte
    ressources_retenues: Nombre
    financements: Financements
    acces_action_logement: Booleen
    typologies: Typologies
    aides: Aides
    aide_logement: Nombre | None = None
    taux_effort: Nombre | None = None
    reste_a_vivre: Nombre | None = None
    suroccupation: Booleen | None = None
    sous_occupation: Booleen | None = None


def inlined(model: type[Schema]) -> dict[str, Any]:
    """The JSON schema of a model in one piece: each reference replaced by what it names."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def whole(node: Any) -> Any:
        if isinstance(node, list):
            return [whole(each) for each in node]
        if not isinstance(node, dict):
            return node
        named = node.get("$ref")
        return whole(parts[named.rpartition("/")[2]]) if named else {key: whole(each) for key, each in node.items()}

    resolved: dict[str, Any] = whole(schema)
    return resolved
