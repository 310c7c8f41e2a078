"""The four lines that are never removed: where it stands, who acts, what comes next, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from palier.candidatures.enums import MotifFin
from palier.candidatures.models import Candidature
from palier.parc.models import Offre

NBSP = "\u00a0"
NO_DATE = "La loi ne fixe pas de date. Nous vous écrivons dès que cela bouge."
NOTHING = f"Vous{NBSP}: rien à faire."


@dataclass(frozen=True, slots=True)
class Status:
    """The lines; `limite` is the instant to show in full when there is one, else `au_plus_tard` is the sentence."""

    ou: str
    qui: str
    ensuite: str
    au_plus_tard: str
    limite: datetime | None = None


def designator_name(offre: Offre) -> str:
    """Who designates: the réservataire, or the bailleur itself."""
    holder = offre.logement.reservataire
    return holder.nom if holder is not None else offre.logement.programme.bailleur.nom


def status_line(candidature: Candidature, now: datetime) -> Status:
    """The status of a candidature (with its offre and place) at `now`."""
    maker = _BY_STATE.get(candidature.state, _ended)
    return maker(candidature)


def _filed(row: Candidature) -> Status:
    offre = row.offre
    designator, count = designator_name(offre), offre.presentes
    if offre.state == "publiee":
        return Status(
            "Les candidatures sont ouvertes.",
            NOTHING,
            f"{designator} désigne les {count} dossiers que lira la commission.",
            "",
            offre.cloture_le,
        )
    return Status(
        "Les candidatures sont closes. Votre rang est arrêté.",
        f"{designator} appelle les candidats, dans l'ordre des points.",
        f"La commission de {offre.logement.programme.bailleur.nom} lit au moins {count} dossiers et décide.",
        NO_DATE,
    )


def _designated(row: Candidature) -> Status:
    bailleur = row.offre.logement.programme.bailleur.nom
    return Status(
        "Votre dossier est désigné. La commission va le lire.",
        f"{bailleur} l'inscrit à l'ordre du jour.",
        "La commission décide. Vous lisez ici sa décision et son motif.",
        NO_DATE,
    )


def _scheduled(row: Candidature) -> Status:
    bailleur = row.offre.logement.programme.bailleur.nom
    return Status(
        "Votre dossier est à l'ordre du jour de la commission.",
        f"La commission de {bailleur}.",
        "Elle classe les candidats, avec un motif écrit pour chacun.",
        NO_DATE,
    )


def _ordered(row: Candidature) -> Status:
    place = f", en place {row.ordre_decision}" if row.ordre_decision else ""
    return Status(
        f"La commission a retenu votre dossier{place}.",
        f"{row.offre.logement.programme.bailleur.nom} propose le logement, dans cet ordre.",
        "Si les personnes devant vous refusent, le logement vous est proposé.",
        NO_DATE,
    )


def _conditional(row: Candidature) -> Status:
    return Status(
        "La commission a retenu votre dossier sous condition.",
        f"Vous{NBSP}: remplissez la condition écrite dans la décision.",
        "La condition remplie, vous prenez votre place dans l'ordre.",
        NO_DATE,
    )


def _offered(row: Candidature) -> Status:
    found = getattr(row, "proposition", None)
    return Status(
        "Le logement vous est proposé.",
        f"Vous{NBSP}: acceptez ou refusez.",
        "Sans réponse, la loi compte un refus et le logement passe au candidat suivant (CCH R.441-10).",
        "Dix jours après l'envoi.",
        found.limite_le if found is not None else None,
    )


def _accepted(row: Candidature) -> Status:
    return Status(
        "Vous avez accepté ce logement.",
        f"{row.offre.logement.programme.bailleur.nom} prépare le bail.",
        "Vous signez le bail. Votre demande prend fin à ce moment.",
        NO_DATE,
    )


def _ended(row: Candidature) -> Status:
    return Status(
        f"{row.state_label}.", "Personne.", "Rien d'autre n'arrivera sur cette candidature.", "C'est terminé."
    )


_BY_STATE = {
    "deposee": _filed,
    "designee": _designated,
    "inscrite": _scheduled,
    "attribuee": _ordered,
    "attribuee_sous_condition": _conditional,
    "proposee": _offered,
    "acceptee": _accepted,
}

CHANGE = {
    "rang": "Plus de points, ou une offre moins demandée. La page «\u00a0Pourquoi ce rang\u00a0?\u00a0» dit lesquels.",
    "injoignable": "Un numéro de téléphone à jour dans votre demande.",
    "ne_souhaite_plus": "Rien à changer. C'était votre choix.",
    "dossier_invalide": "Les pièces et les réponses de votre demande tenues à jour.",
    "sans_numero": "La pièce d'identité montrée à un guichet donne le numéro unique.",
    "loge_ailleurs": "Rien à changer. Vous avez un logement.",
    "logement_pourvu": "Plus de points. Les candidats devant vous ont accepté.",
    "offre_retiree": "Rien. Cela ne dépendait pas de vous.",
    "sans_suite": "Rien. Cela ne dépendait pas de vous.",
    "demande_radiee": "Une demande active.",
}


def ending(row: Candidature) -> tuple[str, str]:
    """Why a candidature ended, in words, and what would have changed it ("" when nothing is known)."""
    known = {each.value: each.label for each in MotifFin}
    typed = (row.explication or {}).get("texte", "")
    reason = known.get(row.motif_fin, "")
    return " ".join(part for part in (reason, typed) if part), CHANGE.get(row.motif_fin, "")
