"""Which aids go together. Only what a text says; the rest is « pas établi », never a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from palier.droit.aides.profil import CONTRAT_ABSENT
from palier.droit.aides.versions import NOMS
from palier.droit.bareme import bareme
from palier.droit.verdict import Manquant, Motif, Verdict, etabli, indetermine

LOGEMENT_SOCIAL = "logement_social"


@dataclass(frozen=True)
class Cumul:
    """What is known of an aid with another one, or with the social stock."""

    avec: str
    possible: Verdict[bool]


def cumuls(codes: Iterable[str]) -> Verdict[bool]:
    """Tell whether aids go together: no when two exclude each other, yes when all pairs may (notice Visale).

    `codes` are two aids or more; one given twice asks for it twice; `logement_social` stands for the social stock.
    """
    demandes = sorted(codes)
    inconnus = [code for code in demandes if code not in (*NOMS, LOGEMENT_SOCIAL)]
    if inconnus or len(demandes) < 2:
        raise ValueError(f"two known aids or more are needed, not {demandes}")
    paires = [_paire(*paire) for paire in dict.fromkeys(combinations(demandes, 2))]
    motifs = tuple(motif for paire in paires for motif in paire.motifs)
    refus = tuple(motif for paire in paires if paire.valeur is False for motif in paire.motifs)
    if refus:
        return etabli(False, *refus)
    manquants = tuple(manquant for paire in paires for manquant in paire.manquants)
    return indetermine(manquants, *motifs) if manquants else etabli(True, *motifs)


def cumuls_connus(code: str) -> tuple[Cumul, ...]:
    """Return what is known of one aid with others (notice Visale, notice Loca-Pass)."""
    lignes = [ligne["codes"] for ligne in bareme("aides")["cumul"] if code in ligne["codes"]]
    return tuple(Cumul(_autre(code, paire), cumuls(paire)) for paire in lignes)


def _autre(code: str, paire: list[str]) -> str:
    """Return the other of a pair, the same when it is given twice."""
    return paire[1] if paire[0] == code else paire[0]


def _paire(premier: str, second: str) -> Verdict[bool]:
    """Return what is known of two aids."""
    ligne: Mapping[str, Any] | None = next(
        (ligne for ligne in bareme("aides")["cumul"] if ligne["codes"] == [premier, second]), None
    )
    if ligne is None:
        noms = (NOMS.get(premier, "le logement social"), NOMS.get(second, "le logement social"))
        texte = f"Aucun texte lu ne dit si {noms[0]} et {noms[1]} se cumulent."
        faits = {"aide": premier, "avec": second}
        return indetermine([Manquant(f"cumul.{premier}.{second}", None, texte, "cumul_pas_etabli", faits)])
    motif = _motif(premier, second, ligne["reference"])
    permis = ligne.get("permis")
    return indetermine([CONTRAT_ABSENT], motif) if permis is None else etabli(bool(permis), motif)


def _motif(premier: str, second: str, reference: str) -> Motif:
    """Say in words what a text says of two aids."""
    if (premier, second) == ("loca_pass", "visale"):
        texte = "Visale couvre les loyers impayés, l'avance Loca-Pass le dépôt de garantie. Les deux se cumulent."
        return Motif("cumul_loca_pass_visale", reference, {}, texte)
    if (premier, second) == ("apl", "mobili_jeune"):
        texte = "Mobili-Jeune porte sur le loyer, une fois l'aide au logement déduite. Les deux se cumulent."
        return Motif("cumul_apl_mobili_jeune", reference, {}, texte)
    if (premier, second) == ("loca_pass", "loca_pass"):
        texte = "Une seule avance Loca-Pass est possible à la fois. Remboursez d'abord la première."
        return Motif("cumul_loca_pass_double", reference, {}, texte)
    texte = "Visale ne couvre un logement social que pour un étudiant ou un alternant."
    return Motif("cumul_logement_social_visale", reference, {}, texte)
