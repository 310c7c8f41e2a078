"""The offres of a territory, the candidatures on them, the ads opened, and the ways to work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from palier.candidatures.models import Candidature, OffreVue
from palier.chances.journal import Candidatures, Demandes, Offres, Vues
from palier.estimations.facts.demandes import Lecture
from palier.estimations.facts.tables import CHUNK, TIE, euros, financement, ints, real, reals, seconds, typologie, words
from palier.gateways.trajet import routing
from palier.journal.models import Event
from palier.parc.models import Offre
from palier.territoires.models import Commune

ENDS = {"offre.infructueuse": "sans_suite", "offre.retiree": "offre_retiree"}
Ended = dict[str, tuple[int, str]]
"""Offre -> when it ended without a lease, and how."""


def read_offres(territoire: str, au: datetime) -> tuple[Offres, Ended]:
    """The offres published before `au`, first published first; and those that ended without anybody housed."""
    asked = Offre.objects.public().filter(grille__code=territoire, publiee_le__lt=au, cloture_le__isnull=False)
    rows: list[Any] = list(
        asked.order_by("publiee_le", "pk").values_list(
            "pk", "publiee_le", "cloture_le", "logement__programme__commune_id", "logement__typologie",
            "logement__financement", "logement__surface", "logement__loyer_hc_cents", "logement__charges_cents",
            "logement__programme__bailleur_id", "presentes",
        )
    )  # fmt: skip
    told = Event.objects.filter(aggregate="offre", kind__in=ENDS, at__lt=au, aggregate_id__in=asked.values("pk"))
    ended = {str(pk): (seconds(at), ENDS[kind]) for pk, kind, at in told.values_list("aggregate_id", "kind", "at")}
    # withdrawn while it was only planned: nobody ever saw it
    rows = [row for row in rows if str(row[0]) not in ended or ended[str(row[0])][0] > seconds(row[1])]
    size = len(rows)
    return Offres(
        offre=words(str(row[0]) for row in rows),
        publiee=ints(seconds(row[1]) for row in rows),
        cloture=ints(seconds(row[2]) for row in rows),
        commune=words(row[3] for row in rows),
        typologie=ints(typologie(row[4]) for row in rows),
        financement=ints(financement(row[5]) for row in rows),
        surface=reals(float(row[6]) for row in rows),
        loyer_hc=reals(euros(row[7]) for row in rows),
        loyer_cc=reals(euros(row[7] + row[8]) for row in rows),
        qualite=np.full(size, np.nan),
        bailleur=words(str(row[9]) for row in rows),
        presentes=ints(row[10] for row in rows),
        commissions=np.ones(size, dtype=np.int64),
    ), ended


def read_candidatures(territoire: str, places: Mapping[str, int], known: Lecture, au: datetime) -> Candidatures:
    """Every candidature filed before `au`, whatever became of it, in the order of the offres and of the hours."""
    asked = Candidature.objects.filter(offre__grille__code=territoire, deposee_le__lt=au).order_by("deposee_le", "pk")
    found = asked.values_list(
        "pk", "offre_id", "demande_id", "deposee_le", "points", "trajet_minutes", "taux_effort", "cle_egalite"
    )
    rows = [
        (places[str(row[1])], known.places[row[2]], seconds(row[3]), *row)
        for row in found.iterator(chunk_size=CHUNK)
        if str(row[1]) in places and row[2] in known.places
    ]
    rows.sort(key=lambda row: row[0])
    return Candidatures(
        candidature=words(f"{row[10][:TIE]}{row[3].hex}" for row in rows),
        offre_i=ints(row[0] for row in rows),
        demande_i=ints(row[1] for row in rows),
        deposee=ints(row[2] for row in rows),
        points=reals(float(row[7]) for row in rows),
        trajet_min=reals(real(row[8]) for row in rows),
        taux_effort=reals(real(row[9]) for row in rows),
        complet=np.array([known.is_complete(row[1], row[2]) for row in rows], dtype=np.bool_),
    )


def read_vues(territoire: str, places: Mapping[str, int], known: Lecture, au: datetime) -> Vues:
    """The offres opened before `au` by persons who agreed that it be kept."""
    asked = OffreVue.objects.filter(offre__grille__code=territoire, vue_le__lt=au).order_by("vue_le", "pk")
    rows = [
        (known.places[demande], places[str(offre)], seconds(at))
        for demande, offre, at in asked.values_list("demande_id", "offre_id", "vue_le").iterator(chunk_size=CHUNK)
        if demande in known.places and str(offre) in places
    ]
    return Vues(ints(row[0] for row in rows), ints(row[1] for row in rows), ints(row[2] for row in rows))


def read_trajets(demandes: Demandes, offres: Offres) -> dict[tuple[str, str], float]:
    """Minutes between each commune of work and each commune that had an offre."""
    works, targets = (set(column.tolist()) - {""} for column in (demandes.commune_travail, offres.commune))
    rows = Commune.objects.filter(pk__in=works | targets).values_list("pk", "latitude", "longitude")
    position = {code: (latitude, longitude) for code, latitude, longitude in rows}
    ways = routing()
    return {
        (work, target): float(ways.trajet(position[work], position[target]).minutes)
        for work in sorted(works)
        for target in sorted(targets)
        if work in position and target in position
    }
