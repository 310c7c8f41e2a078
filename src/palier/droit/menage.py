"""The case: household, work, dwelling. Typed, money in cents; and its strict reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from palier.droit import champs
from palier.droit.bareme import PREMIER_JOUR, bareme
from palier.droit.champs import CasInvalide, Objet
from palier.droit.mots import jour

T = TypeVar("T")

ROLES = ("demandeur", "conjoint", "codemandeur", "enfant", "ascendant", "autre")
ROLES_ADULTES = ("demandeur", "conjoint", "codemandeur")
GARDES = ("principale", "alternee", "visite")
UNIONS = ("mariage", "pacs", "concubinage")
SECTEURS = ("prive", "agricole", "epic", "public")
CONTRATS = ("cdi", "cdd", "interim", "alternance")
FINANCEMENTS = ("PLAI", "PLUS", "PLS", "PLI")
COMMUNE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
ANNEE = re.compile(r"[0-9]{4}")
PERSONNES_MAXIMUM = 30
ENFANTS_A_NAITRE_MAXIMUM = 6
EFFECTIF_MAXIMUM = 10_000_000
SURFACE_MAXIMUM = 10_000


@dataclass(frozen=True)
class Personne:
    """One person. `rfr` by year of income, `douze_mois` and `net_mensuel` in cents; None = unknown."""

    id: str
    role: str
    naissance: date | None = None
    a_charge: bool | None = None
    handicap: bool = False
    garde: str | None = None
    rfr: Mapping[int, int] = field(default_factory=dict)
    douze_mois: int | None = None
    net_mensuel: int | None = None

    @property
    def adulte(self) -> bool:
        """Tell whether the role is demandeur, conjoint or codemandeur."""
        return self.role in ROLES_ADULTES

    def age(self, au: date) -> int | None:
        """Return completed years on `au`; born on 29 February, one year older on 1 March."""
        if self.naissance is None:
            return None
        avant = (au.month, au.day) < (self.naissance.month, self.naissance.day)
        return au.year - self.naissance.year - avant


@dataclass(frozen=True)
class Menage:
    """The persons of the demande, their union, and unborn children."""

    personnes: tuple[Personne, ...]
    union: str | None = None
    enfants_a_naitre: int = 0

    @property
    def adultes(self) -> tuple[Personne, ...]:
        """Return the demandeur, the conjoint and the codemandeurs."""
        return tuple(p for p in self.personnes if p.adulte)

    @property
    def couple(self) -> bool:
        """Tell whether a conjoint is present; two codemandeurs are not a couple."""
        return any(p.role == "conjoint" for p in self.personnes)


@dataclass(frozen=True)
class Emploi:
    """The demandeur's work; None = unknown."""

    secteur: str | None = None
    effectif: int | None = None
    contrat: str | None = None
    debut: date | None = None
    demandeur_emploi: bool = False


@dataclass(frozen=True)
class Logement:
    """A dwelling; rents in cents a month, surface in m²; None = unknown."""

    typologie: str | None = None
    surface: Decimal | None = None
    loyer_hc: int | None = None
    loyer_cc: int | None = None
    financement: str | None = None


@dataclass(frozen=True)
class Cas:
    """A whole case on the day `au`."""

    au: date
    commune: str | None = None
    menage: Menage | None = None
    emploi: Emploi | None = None
    logement: Logement | None = None


def lire_cas(donnees: object) -> Cas:
    """Read a case of the contract (a parsed JSON object); CasInvalide says what to mend."""
    racine = champs.objet(donnees, "cas")
    au = _au(racine.get("au"))
    commune = _optionnel(racine, "commune", "commune", _commune)
    menage = _optionnel(racine, "menage", "menage", lambda valeur, champ: _menage(valeur, champ, au))
    emploi = _optionnel(racine, "emploi", "emploi", _emploi)
    logement = _optionnel(racine, "logement", "logement", _logement)
    return Cas(au, commune, menage, emploi, logement)


def _optionnel(source: Objet, cle: str, champ: str, lire: Callable[[object, str], T]) -> T | None:
    """Read a key that may be absent or null."""
    valeur = source.get(cle)
    return None if valeur is None else lire(valeur, champ)


def _au(valeur: object) -> date:
    """Read the day of the law, from 2017 on."""
    if valeur is None:
        raise CasInvalide("au", valeur, "donnez la date de la décision, AAAA-MM-JJ.")
    if champs.une_date(valeur, "au") < PREMIER_JOUR:
        raise CasInvalide("au", valeur, f"donnez une date depuis le {jour(PREMIER_JOUR)}.")
    return champs.date_proche(valeur, "au")


def _commune(valeur: object, champ: str) -> str:
    """Read an INSEE code."""
    if not isinstance(valeur, str) or not COMMUNE.fullmatch(valeur):
        raise CasInvalide(champ, valeur, 'écrivez le code INSEE à cinq caractères, entre guillemets, comme "44109".')
    return valeur


def _menage(valeur: object, champ: str, au: date) -> Menage | None:
    """Read the household; None when the persons are not given."""
    source = champs.objet(valeur, champ)
    union = _optionnel(source, "union", f"{champ}.union", lambda v, c: champs.choix(v, c, UNIONS))
    naitre = _optionnel(
        source,
        "enfants_a_naitre",
        f"{champ}.enfants_a_naitre",
        lambda v, c: champs.entier(v, c, maximum=ENFANTS_A_NAITRE_MAXIMUM),
    )
    brutes = _optionnel(source, "personnes", f"{champ}.personnes", champs.liste)
    if brutes is None:
        return None
    if len(brutes) > PERSONNES_MAXIMUM:
        raise CasInvalide(f"{champ}.personnes", f"{len(brutes)} personnes", f"donnez-en au plus {PERSONNES_MAXIMUM}.")
    personnes = tuple(_personne(brute, f"{champ}.personnes[{rang}]", rang, au) for rang, brute in enumerate(brutes, 1))
    _verifie_roles(personnes, f"{champ}.personnes")
    _verifie_age(personnes, f"{champ}.personnes", au)
    return Menage(personnes, union, naitre or 0)


def _verifie_roles(personnes: tuple[Personne, ...], champ: str) -> None:
    """Refuse a household without exactly one demandeur, with two conjoints, or with one id twice."""
    roles = [personne.role for personne in personnes]
    if roles.count("demandeur") != 1:
        raise CasInvalide(
            champ, f"{roles.count('demandeur')} demandeur", "donnez exactement une personne de rôle demandeur."
        )
    if roles.count("conjoint") > 1:
        raise CasInvalide(champ, f"{roles.count('conjoint')} conjoints", "gardez une seule personne de rôle conjoint.")
    ids = [personne.id for personne in personnes]
    double = next((cle for cle in ids if ids.count(cle) > 1), None)
    if double is not None:
        raise CasInvalide(f"{champ}.id", double, "donnez un identifiant différent à chaque personne.")


def age_minimum_demandeur() -> int:
    """Return the age in completed years from which a person may file a demande (Code civil, art. 413-2)."""
    return int(bareme("menage")["demandeur"]["age_minimum"])


def _verifie_age(personnes: tuple[Personne, ...], champ: str, au: date) -> None:
    """Refuse a household whose demandeur is too young to sign: nobody in it is an adult."""
    minimum = age_minimum_demandeur()
    rang, demandeur = next((rang, p) for rang, p in enumerate(personnes, 1) if p.role == "demandeur")
    age = demandeur.age(au)
    if age is not None and age < minimum:
        naissance = demandeur.naissance.isoformat() if demandeur.naissance else None
        remede = f"la personne qui demande a au moins {minimum} ans, vérifiez sa date ou son rôle."
        raise CasInvalide(f"{champ}[{rang}].naissance", naissance, remede)


def _personne(valeur: object, champ: str, rang: int, au: date) -> Personne:
    """Read one person."""
    source = champs.objet(valeur, champ)
    return Personne(
        id=_optionnel(source, "id", f"{champ}.id", champs.texte) or f"p{rang}",
        role=champs.choix(source.get("role"), f"{champ}.role", ROLES),
        naissance=_optionnel(source, "naissance", f"{champ}.naissance", lambda v, c: champs.date_passee(v, c, au)),
        a_charge=_optionnel(source, "a_charge", f"{champ}.a_charge", champs.booleen),
        handicap=_optionnel(source, "handicap", f"{champ}.handicap", champs.booleen) or False,
        garde=_optionnel(source, "garde", f"{champ}.garde", lambda v, c: champs.choix(v, c, GARDES)),
        rfr=_optionnel(source, "rfr", f"{champ}.rfr", _rfr) or {},
        douze_mois=_optionnel(source, "douze_mois", f"{champ}.douze_mois", champs.centimes),
        net_mensuel=_optionnel(source, "net_mensuel", f"{champ}.net_mensuel", champs.centimes),
    )


def _rfr(valeur: object, champ: str) -> dict[int, int]:
    """Read the known tax incomes, by year."""
    connus: dict[int, int] = {}
    for annee, montant in champs.objet(valeur, champ).items():
        if not ANNEE.fullmatch(str(annee)):
            raise CasInvalide(champ, str(annee), 'nommez l\'année des revenus en quatre chiffres, comme "2024".')
        if montant is not None:
            connus[int(annee)] = champs.centimes(montant, f"{champ}.{annee}")
    return connus


def _emploi(valeur: object, champ: str) -> Emploi:
    """Read the work."""
    source = champs.objet(valeur, champ)
    return Emploi(
        secteur=_optionnel(source, "secteur", f"{champ}.secteur", lambda v, c: champs.choix(v, c, SECTEURS)),
        effectif=_optionnel(
            source, "effectif", f"{champ}.effectif", lambda v, c: champs.entier(v, c, maximum=EFFECTIF_MAXIMUM)
        ),
        contrat=_optionnel(source, "contrat", f"{champ}.contrat", lambda v, c: champs.choix(v, c, CONTRATS)),
        debut=_optionnel(source, "debut", f"{champ}.debut", champs.date_proche),
        demandeur_emploi=_optionnel(source, "demandeur_emploi", f"{champ}.demandeur_emploi", champs.booleen) or False,
    )


def _logement(valeur: object, champ: str) -> Logement:
    """Read the dwelling."""
    source = champs.objet(valeur, champ)
    typologies = [nom for nom in bareme("occupation")["pieces_principales"] if nom.startswith("T")]
    logement = Logement(
        typologie=_optionnel(source, "typologie", f"{champ}.typologie", lambda v, c: champs.choix(v, c, typologies)),
        surface=_optionnel(source, "surface", f"{champ}.surface", _surface),
        loyer_hc=_optionnel(source, "loyer_hc", f"{champ}.loyer_hc", champs.centimes),
        loyer_cc=_optionnel(source, "loyer_cc", f"{champ}.loyer_cc", champs.centimes),
        financement=_optionnel(
            source, "financement", f"{champ}.financement", lambda v, c: champs.choix(v, c, FINANCEMENTS)
        ),
    )
    if logement.loyer_hc is not None and logement.loyer_cc is not None and logement.loyer_cc < logement.loyer_hc:
        raise CasInvalide(
            f"{champ}.loyer_cc",
            source.get("loyer_cc"),
            "le loyer charges comprises ne peut pas être inférieur au loyer hors charges.",
        )
    return logement


def _surface(valeur: object, champ: str) -> Decimal:
    """Read a surface, one m² at least."""
    surface = champs.decimal(valeur, champ, maximum=SURFACE_MAXIMUM)
    if surface < 1:
        raise CasInvalide(champ, valeur, "donnez une surface en m² supérieure ou égale à 1.")
    return surface
