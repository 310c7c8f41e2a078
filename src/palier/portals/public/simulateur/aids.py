"""The aids of a case, in rows for the page: what may count first, what is closed last."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.droit.aides import Aide, catalogue_aides
from palier.droit.menage import Cas
from palier.droit.verdict import Verdict
from palier.portals.public.simulateur.words import money, piece_name

ORDER = {"ok": 0, "doubt": 1, "err": 2, "info": 3}
APL = "apl"
"""Its steps are said once, under the dwelling to test."""


def aid_rows(cas: Cas, apl: Verdict[int] | None) -> list[dict[str, Any]]:
    """One row an aid, those of the case first."""
    found = catalogue_aides(cas, apl, get_language() or "fr")
    return sorted((row(aid) for aid in found), key=lambda each: ORDER[each["kind"]])


def row(aid: Aide) -> dict[str, Any]:
    """The row of one aid: name, answer, amount, reasons, what to bring, where to ask."""
    closed = aid.close_depuis is not None
    words = {True: _("Conditions remplies"), False: _("Conditions non remplies"), None: _("Pas encore établi")}
    kinds = {True: "ok", False: "err", None: "doubt"}
    open_to_us = not closed and aid.eligible.valeur is not False
    return {
        "code": aid.code,
        "nom": aid.libelle,
        "mot": _("Aide fermée") if closed else words[aid.eligible.valeur],
        "kind": "info" if closed else kinds[aid.eligible.valeur],
        "close": closed,
        "montant": money(aid.montant.valeur) if open_to_us and aid.montant.valeur else "",
        "montant_libelle": aid.montant_libelle,
        "eligible": aid.eligible,
        "chiffre": aid.montant if open_to_us and aid.eligible.sur and aid.code != APL else None,
        "cumuls": [each.possible for each in aid.cumuls if each.possible.motifs] if open_to_us else [],
        "verdicts": [aid.eligible, aid.montant] if open_to_us else [],
        "a_apporter": [piece_name(each) for each in aid.a_apporter] if open_to_us else [],
        "ou_demander": aid.ou_demander if open_to_us else "",
        "adresse": aid.adresse,
        "notes": [note for note in (aid.ne_remplace_pas, *aid.a_savoir) if note] if open_to_us else [],
        "echeancier": schedule(aid) if open_to_us else "",
    }


def schedule(aid: Aide) -> str:
    """How an advance is paid back, in one sentence; "" for an aid that is not one."""
    if not aid.echeancier:
        return ""
    first, last, count = aid.echeancier[0], aid.echeancier[-1], len(aid.echeancier)
    said = {"count": count, "first": money(first), "last": money(last)}
    if first == last:
        return _("À rembourser en %(count)s fois, %(first)s par mois.") % said
    return _("À rembourser en %(count)s fois, %(first)s par mois, puis %(last)s le dernier mois.") % said
