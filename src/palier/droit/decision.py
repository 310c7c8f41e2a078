"""The commission's decisions, their motives, the three candidates, the answer to an offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from palier.droit.bareme import bareme
from palier.droit.mots import pluriel
from palier.droit.verdict import Motif, Verdict, etabli


@dataclass(frozen=True)
class Decision:
    """One of the five decisions of CCH R.441-3: letter, slug, label."""

    code: str
    slug: str
    libelle: str
    motif_obligatoire: bool

    @property
    def attribue(self) -> bool:
        """Tell whether the decision gives a home, at once, in turn, or under a condition."""
        return self.code in ("a", "b", "c")


@cache
def decisions() -> Mapping[str, Decision]:
    """Return the five decisions by slug, in the order of the text (CCH R.441-3)."""
    return {
        ligne["slug"]: Decision(ligne["code"], ligne["slug"], ligne["libelle"], bool(ligne.get("motif_obligatoire")))
        for ligne in bareme("decision")["decision"]
    }


def motifs_non_attribution() -> Mapping[str, str]:
    """Return motives of a refusal by the commission, slug to sentence (usage, CCH R.441-3 asks for one)."""
    return _libelles("motifs_non_attribution")


def motifs_refus_candidat() -> Mapping[str, str]:
    """Return motives of a refusal by the candidate, slug to sentence (usage)."""
    return _libelles("motifs_refus_candidat")


def motifs_interdits() -> Mapping[str, str]:
    """Return motives that no decision may rest on, slug to sentence (CCH L.441)."""
    return _libelles("motifs_interdits")


def _libelles(nom: str) -> Mapping[str, str]:
    """Return the labels of a list of motives."""
    libelles: Mapping[str, str] = bareme("decision")[nom]["libelles"]
    return libelles


def delai_reponse_jours() -> int:
    """Return the least days left to answer an offer (CCH R.441-10); silence is a refusal."""
    return int(bareme("decision")["reponse"]["delai_jours"])


def dernier_jour_reponse(notification: date) -> date:
    """Return the last day to answer an offer notified on a day (CCH R.441-10)."""
    return notification + timedelta(days=delai_reponse_jours())


def exceptions_candidats() -> Mapping[str, str]:
    """Return the cases where fewer than three candidates are presented, slug to sentence (CCH R.441-3)."""
    exceptions: Mapping[str, str] = bareme("decision")["candidats_minimum"]["exceptions"]
    return exceptions


def candidats_minimum(disponibles: int, *, dalo_prefet: bool = False, plai_adapte: bool = False) -> Verdict[int]:
    """Return how many candidates must be presented, given how many can be (CCH R.441-3)."""
    regle = bareme("decision")["candidats_minimum"]
    minimum = int(regle["valeur"])
    faits = {"disponibles": disponibles, "dalo_prefet": dalo_prefet, "plai_adapte": plai_adapte}
    applicables = {
        "dalo_prefet": dalo_prefet,
        "plai_adapte": plai_adapte,
        "insuffisance_candidats": disponibles < minimum,
    }
    code = next((nom for nom, vrai in applicables.items() if vrai), None)
    if code is None:
        texte = f"Présentez au moins {pluriel(minimum, 'candidat')}."
        return etabli(minimum, Motif("trois_candidats", regle["reference"], faits, texte))
    nombre = min(disponibles, minimum) if code == "insuffisance_candidats" else min(1, disponibles)
    return etabli(nombre, Motif(code, regle["reference"], faits, exceptions_candidats()[code]))
