"""The acts on a study: asked and stopped by a collectivité, begun, told and ended by the queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused, explain_constraint
from palier.droit import cotation
from palier.droit.situation import faits_sensibles
from palier.etudes import rules
from palier.etudes.enums import MotifEchec
from palier.etudes.models import Etude
from palier.journal.mover import act, create, lock, move
from palier.organisations.queries import siren_of
from palier.territoires.grids import grille_lue
from palier.territoires.models import Grille
from palier.territoires.queries import grille_of_epci, territory_names

explain_constraint(
    "etude_une_a_la_fois",
    code="etude_deja_en_cours",
    detail="Une étude de votre collectivité est déjà en cours.",
    mend="Attendez sa fin, ou arrêtez-la.",
)
SYSTEM = Actor.system()


@act
def launch_etude(*, texte: str, by: Actor, at: datetime) -> Etude:
    """Ask for the study of a draft (TOML text, frozen) against the grid in force on the actor's territory.

    Refused when the text is no grid, is partial, is the grid in force, or has a new line that crosses a protected fact
    with another; when the territory has no grid; and beyond the studies of a day.
    """
    if not rules.may_do(by, "etude.lancer") or by.organisation_id is None or by.user_id is None:
        raise NotVisible
    projet, au = _read(texte), local_day(at)
    _not_too_many(by.organisation_id, at)
    epci = siren_of(by)
    grille = _against(epci, projet, at)
    _no_portrait(projet, grille_lue(grille))
    etude = Etude(
        organisation_id=by.organisation_id,
        epci=epci,
        demandee_par=by.user_id,
        demandee_le=at,
        au=au,
        grille=grille,
        libelle=f"{projet.libelle}, version {projet.version}"[:160],
        texte=texte,
        empreinte=projet.empreinte,
    )
    create(etude, by=by, at=at, data={"empreinte": projet.empreinte, "contre": etude.grille.empreinte})
    return etude


def _not_too_many(organisation_id: UUID, at: datetime) -> None:
    """Refused beyond the studies of a day: many drafts, subtracted from each other, would tell of a few persons."""
    most = rules.number("par_jour")
    if Etude.objects.filter(organisation_id=organisation_id, demandee_le__gt=at - timedelta(days=1)).count() >= most:
        raise Refused(
            "etudes_du_jour",
            f"Votre collectivité a déjà lancé {most} études depuis hier.",
            mend="Réessayez demain.",
            status=429,
        )


def _no_portrait(projet: cotation.Grille, actuelle: cotation.Grille) -> None:
    """Refused when a new line crosses a protected fact with another: its count would be the portrait of somebody."""
    known = {(ligne.si, ligne.points_par) for rubrique in actuelle.rubriques for ligne in rubrique.criteres}
    for rubrique in projet.rubriques:
        for ligne in rubrique.criteres:
            crosses = faits_sensibles() & set(ligne.faits) and len(ligne.faits) > 1
            if crosses and (ligne.si, ligne.points_par) not in known:
                raise Refused(
                    "etude_croisement",
                    f"La ligne «\u00a0{ligne.libelle}\u00a0» croise un fait protégé avec un autre fait.",
                    field="texte",
                    mend="Une étude compte un fait protégé seul\u00a0: séparez les deux faits, ou retirez cette ligne.",
                    status=422,
                )


def _read(texte: str) -> cotation.Grille:
    """The draft; Refused when it cannot order anybody."""
    try:
        projet = cotation.lire_grille(texte)
    except cotation.GrilleInvalide as error:
        raise Refused("grille_invalide", str(error), field="texte", status=422) from error
    if projet.partiel:
        raise Refused(
            "grille_partielle",
            "Cette grille est partielle\u00a0: elle ne sert jamais à classer.",
            field="texte",
            mend="Donnez une grille complète.",
            status=422,
        )
    return projet


def _against(epci: str, projet: cotation.Grille, at: datetime) -> Grille:
    """The grid in force on the territory; Refused when there is none or when it is the draft itself."""
    if epci not in territory_names([epci]):
        raise Refused(
            "etude_territoire",
            "Votre organisation n'est rattachée à aucun territoire.",
            mend="Demandez à l'administrateur d'enregistrer le numéro Siret de votre collectivité.",
        )
    grille = grille_of_epci(epci, local_day(at))
    if grille is None:
        raise Refused(
            "etude_sans_grille",
            "Aucune grille n'est en vigueur sur votre territoire.",
            mend="Une étude compare un projet à la grille en vigueur\u00a0: publiez d'abord une grille.",
        )
    if grille.empreinte == projet.empreinte:
        raise Refused(
            "etude_meme_grille",
            "Ce projet est la grille en vigueur.",
            field="texte",
            mend="Changez une ligne au moins.",
            status=422,
        )
    return grille


@act
def stop_etude(*, etude_id: UUID, by: Actor, at: datetime) -> Etude:
    """The collectivité stops its study; the calculation sees it before the next lot."""
    etude: Etude = lock((Etude, etude_id))[0]
    if not rules.owns(by, etude, "etude.arreter"):
        raise NotVisible
    move(etude, "arreter", by=by, at=at)
    return etude


@act
def start_etude(*, etude_id: UUID, total: int, at: datetime) -> Etude | None:
    """Begin, or begin again after a lost worker: from the first demande. None when there is nothing to do any more."""
    etude: Etude = lock((Etude, etude_id))[0]
    if etude.state == "demandee":
        move(etude, "commencer", by=SYSTEM, at=at, tell=False)
    if etude.state != "en_cours":
        return None
    etude.lues, etude.total = 0, total
    etude.save(update_fields=["lues", "total"])
    return etude


def note_progress(*, etude_id: UUID, lues: int) -> bool:
    """Write how many demandes were read; False when the study was stopped meanwhile."""
    going = Etude.objects.filter(pk=etude_id, state="en_cours")
    return going.update(lues=lues, battement=Now()) == 1


@act
def finish_etude(*, etude_id: UUID, resultat: Mapping[str, Any], at: datetime) -> bool:
    """Write the aggregates; False when the study was stopped meanwhile."""
    etude: Etude = lock((Etude, etude_id))[0]
    if etude.state != "en_cours":
        return False
    move(etude, "terminer", by=SYSTEM, at=at, changes={"resultat": dict(resultat)}, tell=False)
    return True


@act
def fail_etude(*, etude_id: UUID, motif: str, at: datetime) -> None:
    """Say that the calculation broke, and why."""
    etude: Etude = lock((Etude, etude_id))[0]
    reason = MotifEchec(motif).value
    if etude.is_live:
        move(etude, "echouer", by=SYSTEM, at=at, reason=reason, changes={"motif_echec": reason}, tell=False)
