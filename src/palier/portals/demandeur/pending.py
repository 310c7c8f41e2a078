"""What cannot wait on a person's dashboard: a proposition to answer, which silence would refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags

from palier.candidatures.queries import Followed
from palier.portals.ui import french


def pending(rows: Iterable[Followed]) -> dict[str, Any]:
    """The main action and the status lines of the most urgent proposition; empty when none waits."""
    sent = [getattr(each.candidature, "proposition", None) for each in rows]
    waiting = sorted((each for each in sent if each is not None and each.state == "envoyee"), key=lambda p: p.limite_le)
    if not waiting:
        return {}
    first = waiting[0]
    logement = next(each.candidature.offre.logement for each in rows if each.candidature.pk == first.candidature_id)
    limit = strip_tags(french.long_date(first.limite_le))
    action = {
        "temps": "5 minutes",
        "titre": "Répondre à une proposition",
        "texte": f"Un {logement.typologie} vous est proposé à {logement.programme.commune.nom}. "
        f"Sans réponse avant le {limit}, la loi compte un refus.",
        "bouton": "Voir la proposition",
        "url": reverse("demandeur:proposition", args=[first.pk]),
    }
    statut = {
        "ou": "Un logement vous est proposé",
        "qui": "Vous",
        "ensuite": "Le bail si vous acceptez, la personne suivante si vous refusez",
        "au_plus_tard": limit,
    }
    return {"action": action, "statut": statut}
