"""What cannot wait on a person's dashboard: a proposition to answer, which silence would refuse."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags

from palier.attributions.models import Proposition
from palier.base.actor import Actor
from palier.portals.ui import french


def pending(actor: Actor) -> dict[str, Any]:
    """The main action and the status lines of the most urgent proposition; empty when none waits. One query."""
    waiting = Proposition.objects.visible_to(actor).filter(state="envoyee").order_by("limite_le")
    first = waiting.select_related("offre__logement__programme__commune").first()
    if first is None:
        return {}
    logement = first.offre.logement
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
