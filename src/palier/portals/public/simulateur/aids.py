"""The aids of a case, in rows for the page: what may count first, what is closed last."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.droit.aides import Aide, catalogue_aides
from palier.droit.explication import explication
from palier.droit.menage import Cas
from palier.droit.verdict import Verdict
from palier.portals.public.simulateur.words import money, piece_name

ORDER = {"ok": 0, "doubt": 1, "info": 2, "err": 3}
APL = "apl"
"""Its steps are said once, under the dwelling to test."""


def aid_rows(cas: Cas, apl: Verdict[int] | None) -> list[dict[str, Any]]:
    """One row an aid, those of the case first."""
    found = catalogue_aides(cas, apl, get_language() or "fr")
    return sorted((row(aid) for aid in found), key=lambda each: ORDER[each["kind"]])


def row(aid: Aide) -> dict[str, Any]:
    """The row of one aid: name, answer, amount, reasons, what to bring, where to ask."""
    closed = aid.close_depuis is not None
    wanted = not closed and aid.eligible.valeur is not False
    mot, kind = answer(aid)
    shown: dict[str, Any] = {"code": aid.code, "nom": aid.libelle, "mot": mot, "kind": kind, "eligible": aid.eligible}
    shown |= {"close": closed, "phrase": spoken(aid) if is_local(aid) else ""}
    if not wanted:
        return shown
    return shown | {
        "montant": money(aid.montant.valeur) if aid.montant.valeur else "",
        "montant_libelle": aid.montant_libelle,
        "chiffre": aid.montant if aid.eligible.sur and aid.code != APL else None,
        "a_apporter": [piece_name(each) for each in aid.a_apporter],
        "ou_demander": aid.ou_demander,
        "adresse": aid.adresse,
        "notes": [note for note in (aid.ne_remplace_pas, *aid.a_savoir) if note],
        "cumuls": [each.possible for each in aid.cumuls if each.possible.motifs],
        "echeancier": schedule(aid),
    }


def answer(aid: Aide) -> tuple[str, str]:
    """The answer in a few words, and its icon."""
    if aid.close_depuis is not None:
        return _("Aide fermée"), "err"
    if is_local(aid):
        return _("À demander"), "info"
    words = {True: _("Conditions remplies"), False: _("Conditions non remplies"), None: _("Pas encore établi")}
    return words[aid.eligible.valeur], {True: "ok", False: "err", None: "doubt"}[aid.eligible.valeur]


def is_local(aid: Aide) -> bool:
    """Whether no answer of the person could settle it: the conditions themselves are not known here."""
    missing = aid.eligible.manquants
    return bool(missing) and all(each.fait.startswith("aides.") for each in missing)


def spoken(aid: Aide) -> str:
    """What is not known of an aid, in the language of the page."""
    return " ".join(line.texte for line in explication(aid.eligible, get_language() or "fr"))


def schedule(aid: Aide) -> str:
    """How an advance is paid back, in one sentence; "" for an aid that is not one."""
    if not aid.echeancier:
        return ""
    first, last, count = aid.echeancier[0], aid.echeancier[-1], len(aid.echeancier)
    said = {"count": count, "first": money(first), "last": money(last)}
    if first == last:
        return _("À rembourser en %(count)s fois, %(first)s par mois.") % said
    return _("À rembourser en %(count)s fois, %(first)s par mois, puis %(last)s le dernier mois.") % said
