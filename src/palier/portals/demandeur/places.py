"""Communes as people type them: a name, a postal code, « Nantes (44) »."""

from __future__ import annotations

from collections.abc import Iterable

from palier.base.refusal import Refused
from palier.demandes.models import Demande
from palier.portals.forms import quote
from palier.territoires.models import Commune
from palier.territoires.queries import find_commune, resolve_communes, suggest_communes


def find(code: str) -> Commune | None:
    """The commune of an INSEE code."""
    return resolve_communes([code]).get(code)


_labels: dict[str, str] = {}
"""Labels already read: a commune keeps its name until another list is loaded, which starts the service again."""


def labels(codes: Iterable[str]) -> dict[str, str]:
    """INSEE code -> « Nantes (44) », in one query at most; unknown codes are left out."""
    asked = set(codes) - {""}
    new = asked - _labels.keys()
    if new:
        _labels.update({code: commune.label for code, commune in resolve_communes(new).items()})
    return {code: _labels[code] for code in asked if code in _labels}


def known(demande: Demande) -> dict[str, str]:
    """INSEE code -> label of every commune that a demande names, read once for each copy of the row."""
    kept: dict[str, str] | None = vars(demande).get("_communes")
    if kept is None:
        works = [each.travail.get("commune_travail", "") for each in demande.personnes.all()]
        rings = [each.code for each in demande.communes.all()]
        codes = {demande.commune_domicile, demande.commune_travail, *works, *rings} - {""}
        kept = vars(demande)["_communes"] = labels(codes) if codes else {}
    return kept


def code_of(typed: str, code: str = "") -> str:
    """The INSEE code of what was typed; `code` is the one that the script added. Refused says what it may be."""
    found = find_commune(typed)
    hinted = find(code) if code else None
    if hinted is not None and (found is None or found.code == hinted.code) and hinted.nom.lower() in typed.lower():
        return hinted.code
    if found is not None:
        return found.code
    near = suggest_communes(typed, 5)
    if not near:
        raise Refused(
            "commune", f"{quote(typed)} n'est aucune commune connue.", mend="Écrivez son nom ou son code postal."
        )
    names = ", ".join(commune.label for commune in near)
    raise Refused(
        "commune", f"{quote(typed)} peut désigner plusieurs communes.", mend=f"Écrivez l'une de celles-ci : {names}."
    )
