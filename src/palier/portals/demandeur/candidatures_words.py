"""The words of the candidatures pages: titles, movement, dates, lines of the sum."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from palier.base.money import whole_euros
from palier.candidatures.models import Candidature
from palier.candidatures.queries import Explanation, Followed, Lever, Movement, Status, movements
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
    """What would move the rank, largest gain first, with the seniority that it is worth."""
    found = sorted(why.leviers, key=lambda lever: -lever.points)
    return [
        {
            "titre": f"{lever.titre}{NBSP}: {_points(lever.points)}",
            "rang": lever.rang,
            "texte": f"{_worth(lever, why)} Montrez cette pièce à un guichet avant la clôture.",
            "url": reverse("demandeur:code"),
        }
        for lever in found
    ]


def _points(count: int) -> str:
    return f"{count}{NBSP}point{french.plural(count)}"


def _worth(lever: Lever, why: Explanation) -> str:
    """« Autant que 12 mois d'ancienneté. »"""
    if lever.mois is not None:
        return f"Autant que {lever.mois}{NBSP}mois d'ancienneté."
    if why.anciennete is not None and why.anciennete.plafond is not None:
        return f"L'ancienneté n'apporte jamais autant{NBSP}: elle s'arrête à {_points(why.anciennete.plafond)}."
    return ""


def seniority(why: Explanation) -> list[str]:
    """What a month is worth on this grid, and where it stops."""
    scale = why.anciennete
    if scale is None:
        return ["Cette grille ne donne aucun point à l'ancienneté."]
    every = "un mois" if scale.pas == 1 else f"{scale.pas}{NBSP}mois"
    told = [f"{_points(scale.points)} {'vaut' if scale.points == 1 else 'valent'} {every} d'ancienneté, exactement."]
    if scale.plafond is None:
        return told
    if scale.au_plafond:
        return [*told, f"Vous avez le plafond de {_points(scale.plafond)}. Attendre n'apporte plus rien."]
    return [*told, f"Vous en avez {scale.acquis} sur {scale.plafond} au plus. Au-delà, attendre n'apporte plus rien."]


TIES = {
    "plus_ancienne": "À égalité, sa demande est plus ancienne que la vôtre.",
    "plus_recente": "À égalité, votre demande est plus ancienne que la sienne.",
    "tirage": "Vos demandes ont la même date. À égalité, le tirage décide.",
}


def missing(why: Explanation) -> dict[str, Any]:
    """What is short of the third file, what settles a tie, and the day when seniority alone would be enough."""
    found = why.manquant
    if found is None:
        return {}
    told = [TIES[found.egalite]] if found.egalite and (found.points > found.ecart or not found.ecart) else []
    if found.attente is None:
        return {"points": found.points, "phrases": [*told, "L'ancienneté seule n'y suffirait jamais."]}
    day = mark_safe(french.long_date(found.attente.le))
    told.append(
        format_html("Si rien d'autre ne bougeait, l'ancienneté seule y suffirait le {}, après la clôture.", day)
    )
    return {"points": found.points, "mois": found.attente.mois, "phrases": told}


def around(why: Explanation, row: Candidature) -> list[dict[str, Any]]:
    """The places near mine, with the words of the difference or of what settled the tie."""
    settled = {
        "plus_ancienne": "égalité, demande plus ancienne",
        "plus_recente": "égalité, demande plus récente",
        "tirage": "égalité et même date, tirage",
    }
    return [
        {
            "rang": each.rang,
            "points": each.points,
            "moi": each.moi,
            "lu": each.rang == row.offre.presentes,
            "ecart": ""
            if each.moi
            else settled.get(each.egalite)
            or (f"{each.ecart} de plus" if each.ecart > 0 else f"{each.moins} de moins"),
        }
        for each in why.voisins
    ]


def tie_values(why: Explanation, row: Candidature) -> str:
    """The values of mine that settle a tie, when one near me was settled by them."""
    kinds = {each.egalite for each in why.voisins if not each.moi} - {""}
    told = []
    if kinds & {"plus_ancienne", "plus_recente"}:
        told.append(f"La vôtre est du {row.anciennete_le:%d/%m/%Y}.")
    if "tirage" in kinds:
        told.append(f"Votre tirage commence par {why.tirage}{NBSP}: le plus petit passe devant.")
    return " ".join(told)


def rank_words(row: Candidature, why: Explanation, now: datetime) -> dict[str, Any]:
    """All that « Pourquoi ce rang ? » says."""
    moved = movements([row], now).get(row.pk)
    return {
        "titre": title(row.offre),
        "why": why,
        "lignes": rows_of(why),
        "leviers": levers(why),
        "manquant": missing(why),
        "anciennete": seniority(why),
        "voisins": around(why, row),
        "egalites": tie_values(why, row),
        "mouvement": {"sens": moved.sens, "texte": moved_text(moved, now)} if moved is not None else None,
    }
