"""A grid tried on three written households, line by line, beside the grid that it would replace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from palier.droit.bareme import dictionnaire
from palier.droit.champs import CasInvalide
from palier.droit.cotation.calcul import Cotation, Ligne, coter
from palier.droit.cotation.faits import faits_cotation
from palier.droit.cotation.grille import Grille


@dataclass(frozen=True)
class LigneApercu:
    """One line on one household: points of the draft and of the grid in force (None = the line is not there)."""

    rubrique: str
    libelle: str
    points: int | None
    avant: int | None
    raison: str

    @property
    def change(self) -> bool:
        """Tell whether the draft moves the points of this line."""
        return (self.points or 0) != (self.avant or 0)

    @property
    def ecart(self) -> str:
        """Return the move of the points with its sign: « +6 »."""
        return _signe((self.points or 0) - (self.avant or 0))


@dataclass(frozen=True)
class Apercu:
    """One household: its story, its total with the draft and before it (None without a grid in force), its lines.

    `erreur` says why the draft cannot count this household; there are then no lines.
    """

    titre: str
    resume: str
    total: int
    avant: int | None
    lignes: tuple[LigneApercu, ...]
    erreur: str = ""

    @property
    def ecart(self) -> str:
        """Return the move of the total with its sign, an empty text without a grid in force."""
        return "" if self.avant is None else _signe(self.total - self.avant)


def _signe(ecart: int) -> str:
    """Write a difference with its sign: « +6 », « −4 », « 0 »."""
    return f"{ecart:+d}".replace("-", "−") if ecart else "0"


def apercus(grille: Grille, avant: Grille | None, au: date) -> tuple[Apercu, ...]:
    """Return the three households counted on `au` with a grid and with the one in force (CCH L.441-2-8).

    Lines that bring nothing on both sides and that no piece would open are left out.
    """
    return tuple(_apercu(brut, grille, avant, au) for brut in dictionnaire("menages_apercu")["menage"])


def _apercu(brut: dict[str, object], grille: Grille, avant: Grille | None, au: date) -> Apercu:
    """Count one household on both grids."""
    cas = {
        "au": au.isoformat(),
        "menage": {"personnes": brut["personnes"]},
        **{cle: brut[cle] for cle in ("situation", "offre", "pieces", "anciennete_mois")},
    }
    faits = faits_cotation(cas)
    titre, resume = str(brut["titre"]), str(brut["resume"])
    ancienne = None if avant is None else coter(avant, faits, au)
    try:
        neuve = coter(grille, faits, au)
    except CasInvalide as erreur:
        return Apercu(titre, resume, 0, ancienne.points if ancienne else None, (), str(erreur))
    return Apercu(titre, resume, neuve.points, ancienne.points if ancienne else None, _lignes(neuve, ancienne))


def _lignes(neuve: Cotation, ancienne: Cotation | None) -> tuple[LigneApercu, ...]:
    """Put the lines of both grids side by side by their codes, in the order of the new one, then those it drops."""
    avant = {} if ancienne is None else {(un.rubrique, un.critere): un for un in ancienne.lignes}
    apres = {(un.rubrique, un.critere): un for un in neuve.lignes}
    dites = {**apres, **{cle: ligne for cle, ligne in avant.items() if cle not in apres}}
    paires = [(dite, apres.get(cle), avant.get(cle)) for cle, dite in dites.items()]
    return tuple(_ligne(dite, neuf, vieux) for dite, neuf, vieux in paires if _parle(neuf, vieux))


def _parle(apres: Ligne | None, avant: Ligne | None) -> bool:
    """Tell whether a line says something of this household: points, or a reason other than « not concerned »."""
    return any(ligne is not None and ligne.raison != "non_concerne" for ligne in (apres, avant))


def _ligne(dite: Ligne, apres: Ligne | None, avant: Ligne | None) -> LigneApercu:
    """Build one row, named as the new grid names it."""
    return LigneApercu(
        rubrique=dite.libelle_rubrique,
        libelle=dite.libelle,
        points=None if apres is None else apres.points,
        avant=None if avant is None else avant.points,
        raison=apres.texte if apres is not None and apres.raison is not None else "",
    )
