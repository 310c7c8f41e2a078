"""How an offre is said on a page: one row, its verdict, its closing. The same facts in the same order everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from palier.base.money import whole_euros
from palier.candidatures.queries import Rang, Verdict4, my_rank
from palier.candidatures.queries import candidats_of as candidats_of
from palier.parc.models import Offre
from palier.portals.ui import french

NBSP = french.NBSP
TRAVEL = "Vers le travail (estimé)"
Row = dict[str, Any]


def place_title(offre: Offre) -> str:
    """« Nantes, Bottière »."""
    programme = offre.logement.programme
    return ", ".join(part for part in (programme.commune.nom, programme.quartier) if part)


def floor(offre: Offre) -> SafeString:
    """« 2e étage, ascenseur »."""
    logement = offre.logement
    name = format_html("{} étage", mark_safe(french.ordinal(logement.etage))) if logement.etage else "rez-de-chaussée"
    return format_html("{}{}", name, ", ascenseur" if logement.ascenseur else "")


def subtitle(offre: Offre) -> SafeString:
    """« 64 m², 2e étage, ascenseur. social (PLUS) »."""
    logement = offre.logement
    surface = french.number(float(logement.surface))
    return format_html("{}{}m², {}. {}.", surface, NBSP, floor(offre), financing(offre))


def financing(offre: Offre) -> str:
    """« Très social (PLAI) »: the plain words first, the acronym kept."""
    words = offre.logement.get_financement_display()
    return words[:1].upper() + words[1:]


def out_of(rang: Rang) -> SafeString:
    """« 5e sur 80 »."""
    return format_html("{} sur{}{}", mark_safe(french.ordinal(rang.rang)), NBSP, rang.effectif)


def percent(ratio: float | None) -> str:
    """0.172 -> « 17 % »; None -> « — »."""
    return "—" if ratio is None else f"{round(ratio * 100)}{NBSP}%"


def money(answer: Verdict4, after: str = "") -> list[tuple[str, str]]:
    """What is left to pay and the effort, aid deducted; the effort before aid while the law cannot tell."""
    charge = answer.charge
    if charge is None or charge.reste_a_payer.valeur is None or charge.taux_effort.valeur is None:
        return [("Effort avant aide", f"{percent(answer.effort)}{after if answer.effort else ''}")]
    paid = whole_euros(charge.reste_a_payer.valeur)
    return [("Reste à payer (estimé)", paid), ("Effort", f"{percent(charge.taux_effort.valeur)}{after}")]


def minutes(value: int | None) -> str:
    """« 24 min »; every travel time of these pages is an estimate, and its label says so."""
    return "—" if value is None else f"{value}{NBSP}min"


def closing(offre: Offre, now: datetime) -> SafeString:
    """« Clôture lundi 30 nov., dans 6 jours. »"""
    if offre.cloture_le is None:
        return mark_safe("")
    if offre.cloture_le < now:
        return format_html("Close {}.", mark_safe(french.short_date(offre.cloture_le).removesuffix(".")))
    return format_html(
        "Clôture {}, {}.", mark_safe(french.short_date(offre.cloture_le)), french.in_days(offre.cloture_le, now)
    )


def verdict_line(answer: Verdict4, would: Rang | None, mine: Rang | None) -> dict[str, Any]:
    """The line under a row: icon, first words, reason."""
    if mine is not None:
        return {"kind": "info", "mot": f"Vous avez postulé{NBSP}:", "texte": out_of(mine)}
    tail = format_html(" Si vous postuliez maintenant{}: {}", NBSP, out_of(would)) if would else ""
    if answer.kind == "oui":
        return {"kind": "ok", "mot": "Vous remplissez les conditions.", "texte": tail}
    if answer.kind == "mais":
        return {"kind": "warn", "mot": f"Possible, mais{NBSP}:", "texte": format_html("{}{}", answer.phrase, tail)}
    if answer.kind == "non":
        reference = f" ({answer.motifs[0].reference})" if answer.motifs and answer.motifs[0].reference else ""
        return {"kind": "err", "mot": f"Non{NBSP}:", "texte": f"{answer.phrase}{reference}"}
    return {
        "kind": "doubt",
        "mot": f"Nous ne pouvons pas encore le dire{NBSP}:",
        "texte": french.after_colon(answer.phrase),
    }


STEP_OF_FACT = (
    ("travail", ("emploi", "secteur", "effectif")),
    ("ressources", ("rfr", "douze_mois", "net_mensuel")),
    ("menage", ("naissance", "union", "a_charge", "personnes")),
    ("perimetre", ("commune",)),
    ("situation", ("situation",)),
)
"""The step of the demande that settles a missing fact, by the first name found in the fact."""


def step_of(fact: str) -> str:
    """« menage.personnes.rfr_n2 » -> « ressources »; "" when no step settles it."""
    return next((step for step, names in STEP_OF_FACT if any(name in fact for name in names)), "")


def missing_rows(answer: Verdict4) -> list[Row]:
    """What is missing, each with the page that settles it; `texte` is "" where the verdict has just said it."""
    found: list[Row] = []
    for each in answer.manquants:
        step = step_of(each.fait)
        url = reverse("demandeur:etape", args=[step]) if step else reverse("demandeur:accueil")
        said = each.texte == answer.phrase or any(row["texte"] == each.texte for row in found)
        row = {"texte": "" if said else each.texte, "url": url}
        if not (said and any(one["url"] == url for one in found)):
            found.append(row)
    return found


def row(offre: Offre, now: datetime, answer: Verdict4 | None, would: Rang | None) -> Row:
    """The dict of `offre_row`."""
    mine = my_rank(offre)
    facts = [*money(answer), (TRAVEL, minutes(answer.trajet))] if answer is not None else []
    return {
        "url": reverse("public:offre", args=[offre.pk]),
        "titre": place_title(offre),
        "sous_titre": subtitle(offre),
        "typologie": offre.logement.typologie,
        "off": answer is not None and answer.kind == "non",
        "loyer_cc": offre.logement.loyer_cc_cents,
        "facts": facts,
        "verdict": verdict_line(answer, would, mine) if answer is not None else None,
        "cloture": closing(offre, now),
        "candidatures": candidats_of(offre),
    }


PIN_KINDS = {"oui": "ok", "mais": "possible", "indetermine": "possible", "non": "non"}
