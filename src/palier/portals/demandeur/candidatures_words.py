"""The words of the candidatures pages: titles, movement, dates, lines of the sum."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from palier.base.money import whole_euros
from palier.candidatures.queries import Explanation, Followed, Movement, Status
from palier.parc.models import Offre
from palier.portals.demandeur.movement_words import moved_text
from palier.portals.ui import french

NBSP = french.NBSP
LATER = "date à venir"
DECIDED = ("attribuee", "attribuee_sous_condition")
CONTESTABLE = ("non_attribuee", "irrecevable")
EMPTY = ("Non", "Rien de déclaré")
"""Situations that the sentence of a zero line says better."""


def title(offre: Offre) -> str:
    """« Nantes, Bottière »."""
    programme = offre.logement.programme
    return ", ".join(part for part in (programme.commune.nom, programme.quartier) if part)


def block(each: Followed, now: datetime) -> dict[str, Any]:
    """What one candidature's block needs."""
    row = each.candidature
    proposition = getattr(row, "proposition", None)
    return {
        "c": row,
        "offre": row.offre,
        "titre": title(row.offre),
        "sous_titre": subtitle(each),
        "rang": each.rang,
        "mouvement": movement(each.mouvement, each, now),
        "statut": each.statut,
        "au_plus_tard": deadline(each.statut, now),
        "etapes": steps(each, now),
        "vivante": row.is_live,
        "ouverte": row.offre.state == "publiee",
        "motif": each.motif,
        "changerait": each.changerait,
        "finie_le": row.state_since,
        "retirable": any(found.name == "retirer" for found in row.life.allowed(row.state, "demandeur")),
        "contester": reverse("demandeur:contester", args=[row.pk]) if row.state in CONTESTABLE else "",
        "attente": reverse("demandeur:proposition_attente", args=[row.pk]) if row.state in DECIDED else "",
        "proposition": reverse("demandeur:proposition", args=[proposition.pk])
        if proposition is not None and row.is_live
        else "",
    }


def subtitle(each: Followed) -> str:
    """« 64 m². 562 € charges comprises. Reste à payer 420 €, estimation. Effort 17 %. 24 min du travail. »"""
    row, logement = each.candidature, each.candidature.offre.logement
    loyer = whole_euros(logement.loyer_cc_cents)
    parts = [f"{french.number(float(logement.surface))}{NBSP}m²", f"{loyer} charges comprises"]
    if row.taux_effort is not None and row.reste_a_payer_cents is not None:
        parts.append(f"Reste à payer {whole_euros(row.reste_a_payer_cents)}, estimation")
        parts.append(f"Effort {round(row.taux_effort * 100)}{NBSP}%")
    elif row.taux_effort_brut is not None:
        parts.append(f"Effort {round(row.taux_effort_brut * 100)}{NBSP}% avant aide")
    if row.trajet_minutes is not None:
        parts.append(f"{row.trajet_minutes}{NBSP}min du travail, estimation")
    return ". ".join(parts) + "."


def movement(moved: Movement | None, each: Followed, now: datetime) -> dict[str, Any] | None:
    """Arrow and words of the movement and of its reasons; what a frozen rank says."""
    if each.rang is None:
        return None
    if each.rang.fige:
        return {"sens": "same", "texte": "Rang arrêté à la clôture."}
    if moved is None:
        return {"sens": "same", "texte": "Le rang bouge jusqu'à la clôture."}
    return {"sens": moved.sens, "texte": moved_text(moved, now)}


def deadline(statut: Status, now: datetime) -> SafeString | str:
    """The deadline in full with what is left, or the sentence that says there is none."""
    if statut.limite is None:
        return statut.au_plus_tard
    left = french.in_days(statut.limite, now)
    return format_html("<strong>{}</strong>. {}.", mark_safe(french.long_date(statut.limite)), left.capitalize())


def steps(each: Followed, now: datetime) -> list[dict[str, str]]:
    """Publication, closing, commission, answer, with today among them; none for an ended candidature."""
    offre = each.candidature.offre
    if not each.candidature.is_live or offre.publiee_le is None or offre.cloture_le is None:
        return []
    today = {"label": "Aujourd'hui", "date": mark_safe(french.short_date(now)), "state": "now"}
    opened = {"label": "Publication", "date": mark_safe(french.short_date(offre.publiee_le)), "state": "past"}
    closed_already = offre.cloture_le < now
    closing = {
        "label": "Clôture",
        "date": mark_safe(french.short_date(offre.cloture_le)),
        "state": "past" if closed_already else "future",
    }
    after = [{"label": label, "date": LATER, "state": "future"} for label in ("Commission", "Réponse écrite")]
    return [opened, closing, today, *after] if closed_already else [opened, today, closing, *after]


def rows_of(why: Explanation) -> list[dict[str, Any]]:
    """The lines of the sum: those that count first, in the order of the grid."""
    lines = sorted(why.lignes, key=lambda line: line.points == 0)
    return [
        {
            "libelle": line.libelle,
            "rubrique": line.rubrique,
            "points": line.points,
            "maximum": line.maximum,
            "situation": "" if line.zero and line.situation in EMPTY else line.situation,
            "preuve": line.preuve,
            "regle": line.regle or "—",
            "zero": line.zero,
        }
        for line in lines
    ]


def levers(why: Explanation) -> list[dict[str, Any]]:
    """What would move the rank, largest gain first."""
    found = sorted(why.leviers, key=lambda lever: -lever.points)
    return [
        {
            "titre": f"{lever.titre}{NBSP}: {lever.points}{NBSP}point{'s' if lever.points > 1 else ''}",
            "rang": lever.rang,
            "texte": "Montrez cette pièce à un guichet avant la clôture.",
            "url": reverse("demandeur:code"),
        }
        for lever in found
    ]
