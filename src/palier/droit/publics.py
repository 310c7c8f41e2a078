"""Who is a priority public, and the piece that proves it; other aims of attribution stand apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from palier.droit.bareme import bareme
from palier.droit.mots import jour
from palier.droit.pieces import libelle_court, pieces_du_motif
from palier.droit.situation import faits_situation
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

LU = "lu"
Situation = Mapping[str, object]
Pieces = Mapping[str, date | None]


@dataclass(frozen=True)
class Public:
    """A public or an aim: code, fact of the situation, label, pieces (any one proves it), protected, text, since."""

    code: str
    fait: str | None
    libelle: str
    pieces: tuple[str, ...]
    sensible: bool
    reference: str
    depuis: date
    absent: str


@cache
def publics() -> Mapping[str, Public]:
    """Return DALO, then the publics of CCH L.441-1, by code; no order among the latter."""
    lignes = [bareme("publics")["dalo"], *bareme("publics")["public"]]
    return {ligne["code"]: _public(ligne) for ligne in lignes}


@cache
def objectifs() -> Mapping[str, Public]:
    """Return the other aims of attribution by code: they are no public of CCH L.441-1."""
    return {ligne["code"]: _public(ligne) for ligne in bareme("publics")["objectif"]}


def _public(ligne: Mapping[str, Any]) -> Public:
    """Build one public; a text still to be read again says so in its reference."""
    fait = faits_situation().get(ligne.get("fait", ""))
    piece = ligne.get("piece")
    autres = [une.code for motif in (fait.motifs if fait else ()) for une in pieces_du_motif(motif)]
    a_verifier = "" if ligne["statut"] == LU else " (à vérifier)"
    return Public(
        code=ligne["code"],
        fait=ligne.get("fait"),
        libelle=ligne["libelle"],
        pieces=tuple(dict.fromkeys([*([piece] if piece else []), *autres])),
        sensible=bool(fait and fait.sensible),
        reference=ligne["reference"] + a_verifier,
        depuis=ligne["depuis"],
        absent=ligne.get("absent", ""),
    )


def publics_prioritaires(
    situation: Situation | None, au: date, pieces: Pieces | None = None
) -> Mapping[str, Verdict[bool]]:
    """Judge DALO and each public of CCH L.441-1 by code.

    `situation`: facts by name, an absent box is not ticked, None = not asked yet. `pieces`: code -> last day (None =
    no end); when given, what is declared must be proved; None = judge what is declared.
    """
    return {code: _juge(public, situation, au, pieces) for code, public in publics().items()}


def public_prioritaire(situation: Situation | None, au: date, pieces: Pieces | None = None) -> Verdict[bool]:
    """Tell whether a household is a priority public of CCH L.441-1, or DALO, on any ground."""
    verdicts = publics_prioritaires(situation, au, pieces).values()
    motifs = [verdict.motifs for verdict in verdicts if verdict.valeur]
    if motifs:
        return etabli(True, *(motif for groupe in motifs for motif in groupe))
    manquants = [manquant for verdict in verdicts for manquant in verdict.manquants]
    if manquants:
        return indetermine(manquants)
    texte = "Aucune situation prioritaire n'est déclarée. Votre ancienneté et vos points comptent quand même."
    return etabli(False, Motif("aucun_public", "CCH L.441-1", {}, texte))


def autres_objectifs(
    situation: Situation | None, au: date, pieces: Pieces | None = None
) -> Mapping[str, Verdict[bool]]:
    """Judge the aims that are no public of CCH L.441-1, by code: essential worker, first quartile, rehousing."""
    return {
        code: _juge(objectif, situation, au, pieces)
        if objectif.fait
        else indetermine([Manquant(f"objectifs.{code.lower()}", None, objectif.absent)])
        for code, objectif in objectifs().items()
    }


def non_publics() -> Mapping[str, Verdict[bool]]:
    """Return what is often taken for a priority public and is none (CCH L.441-1), by code."""
    return {
        ligne["code"]: etabli(False, Motif(ligne["code"], ligne["reference"], {}, ligne["libelle"]))
        for ligne in bareme("publics")["non_public"]
    }


def _juge(public: Public, situation: Situation | None, au: date, pieces: Pieces | None) -> Verdict[bool]:
    """Judge one public: known on that day, declared, proved when pieces are given."""
    chemin = f"situation.{public.fait}"
    preuve = public.pieces[0]
    if au < public.depuis:
        texte = f"La règle d'avant le {jour(public.depuis)} n'est pas connue."
        return indetermine([Manquant("au", None, texte, "public_avant", {"depuis": public.depuis.isoformat()})])
    if situation is None:
        texte = f"Dites si c'est votre cas : {public.libelle}."
        return indetermine([Manquant(chemin, preuve, texte, "public_a_dire", {"public": public.code})])
    faits: dict[str, Fait] = {"public": public.code, "libelle": public.libelle, "piece": preuve}
    if situation.get(public.fait or "") is not True:
        texte = f"Vous n'avez pas déclaré cette situation : {public.libelle}."
        return etabli(False, Motif("public_non_declare", public.reference, faits, texte))
    if pieces is None:
        texte = f"Vous déclarez : {public.libelle}. Une pièce le prouve : {libelle_court(preuve)}."
        return etabli(True, Motif("public_declare", public.reference, faits, texte))
    tenue = next((code for code in public.pieces if code in pieces and _valable(pieces[code], au)), None)
    if tenue is None:
        expiree = any(code in pieces for code in public.pieces)
        verbe, code = ("a expiré", "public_preuve_expiree") if expiree else ("manque", "public_preuve_absente")
        texte = f"La preuve {verbe}. Ajoutez : {libelle_court(preuve)}."
        return indetermine([Manquant(chemin, preuve, texte, code, faits)])
    texte = f"Votre pièce le prouve : {public.libelle}."
    return etabli(True, Motif("public_prouve", public.reference, {**faits, "piece": tenue}, texte))


def _valable(fin: date | None, au: date) -> bool:
    """Tell whether a piece still holds on a day, its last day included."""
    return fin is None or fin >= au
