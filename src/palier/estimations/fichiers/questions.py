"""The files of questions: chances of candidatures, delays of demandes, levers. Checked against their journal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from palier.chances.journal import FINANCEMENTS, JAMAIS, TYPOLOGIES, Entiers, Journal, QuestionsChance, QuestionsDelai
from palier.estimations.fichiers.lecture import PERSONNES
from palier.estimations.fichiers.refus import cite
from palier.estimations.fichiers.table import Table

T = TypeVar("T")
DONNEES = (
    "communes", "typologies", "financements", "points_hors_offre", "points_perdus", "deposee_le", "taille",
    "revenu_mensuel", "commune_domicile", "commune_travail", "dossier_complet", "candidatures_12m", "offres_12m",
)  # fmt: skip
INDISPENSABLES = (
    "communes", "typologies", "financements", "points_hors_offre", "deposee_le", "taille", "revenu_mensuel"
)  # fmt: skip
"""What nobody can guess of a question without a demande."""
ACTIONS = {"commune": None, "typologie": TYPOLOGIES, "financement": FINANCEMENTS}
SANS_VALEUR = ("justificatif", "dossier_complet")
FORME = "une action s'écrit commune:99003, typologie:T3, financement:PLI, justificatif ou dossier_complet."


def lire_questions_chance(chemin: Path | str, journal: Journal) -> QuestionsChance:
    """Questions on candidatures: each between the deposit and the closing."""
    table = Table(Path(chemin), ("question", "candidature", "instant"))
    noms = _noms(table)
    index = {nom: rang for rang, nom in enumerate(journal.candidatures.candidature.tolist())}
    candidature = table.places("candidature", index, "une candidature du journal")
    instant = table.instants("instant")
    if len(index):
        cloture = journal.offres.cloture[journal.candidatures.offre_i[candidature]]
        table.refuse_si(
            instant < journal.candidatures.deposee[candidature], "instant",
            "cet instant précède le dépôt de la candidature.",
        )  # fmt: skip
        table.refuse_si(instant > cloture, "instant", "cet instant suit la clôture de l'offre.")
    return QuestionsChance(np.array(noms, dtype=np.str_), candidature, instant)


def lire_questions_delai(chemin: Path | str, journal: Journal) -> QuestionsDelai:
    """Questions on demandes, or on a visitor whose row gives everything; `actions` is read when it is there."""
    table = Table(Path(chemin), ("question", "demande", "instant"))
    noms = _noms(table)
    index = {nom: rang for rang, nom in enumerate(journal.demandes.demande.tolist())}
    demande = table.places("demande", index, "une demande du journal", vide=-1)
    instant = table.instants("instant")
    _verifie_demandes(table, journal, demande, instant)
    deposee = table.instants("deposee_le", defaut=JAMAIS)
    table.refuse_si((deposee != JAMAIS) & (deposee > instant), "deposee_le", "ce dépôt suit l'instant de la question.")
    return QuestionsDelai(
        question=np.array(noms, dtype=np.str_),
        demande_i=demande,
        instant=instant,
        communes=_ou_rien(table.listes("communes")),
        typologies=_ou_rien(table.listes_codes("typologies", TYPOLOGIES)),
        financements=_ou_rien(table.listes_codes("financements", FINANCEMENTS)),
        points_hors_offre=table.reels("points_hors_offre"),
        points_perdus=table.reels("points_perdus", minimum=0),
        deposee=deposee,
        taille=table.entiers("taille", 1, PERSONNES, defaut=-1),
        revenu_mensuel=table.reels("revenu_mensuel", minimum=0),
        commune_domicile=table.mots("commune_domicile", obligatoire=False),
        commune_travail=table.mots("commune_travail", obligatoire=False),
        complet=table.entiers("dossier_complet", 0, 1, defaut=-1),
        candidatures_12m=table.reels("candidatures_12m", minimum=0),
        offres_12m=table.reels("offres_12m", minimum=0),
        actions=_actions(table),
    )


def _noms(table: Table) -> list[str]:
    """The names of the questions, each once."""
    noms = table.textes("question")
    table.uniques("question", noms, "cette question est écrite deux fois")
    return noms


def _verifie_demandes(table: Table, journal: Journal, demande: Entiers, instant: Entiers) -> None:
    """A known demande has a version before the instant; without one, the row gives what nobody can guess."""
    premiere = np.full(len(journal.demandes.demande), JAMAIS, dtype=np.int64)
    np.minimum.at(premiere, journal.demandes.demande_i, journal.demandes.version_du)
    connue = demande >= 0
    if connue.any():
        tot = connue & (instant <= premiere[demande])
        table.refuse_si(tot, "instant", "cet instant précède la première version de la demande.")
    points = journal.demandes.points_hors_offre[_versions(journal, demande, instant)] if connue.any() else np.nan
    inconnus = connue & np.isnan(points) & table.vides("points_hors_offre")
    table.refuse_si(inconnus, "points_hors_offre", "cette cellule est vide, et le journal ne connaît pas ces points.")
    for colonne in INDISPENSABLES:
        manque = ~connue & table.vides(colonne)
        table.refuse_si(manque, colonne, "cette cellule est vide, et la ligne ne nomme aucune demande.")


def _versions(journal: Journal, demande: Entiers, instant: Entiers) -> Entiers:
    """The row of the last version strictly before each instant; any row for a question without a demande."""
    lues = journal.demandes
    bornes = np.searchsorted(lues.demande_i, np.arange(len(lues.demande) + 1)).tolist()
    rangs = []
    for place, quand in zip(np.maximum(demande, 0).tolist(), instant.tolist(), strict=True):
        de, a = bornes[place], bornes[place + 1]
        rangs.append(max(de, de + int(np.searchsorted(lues.version_du[de:a], quand)) - 1))
    return np.array(rangs, dtype=np.int64)


def _ou_rien(listes: Sequence[tuple[T, ...]]) -> tuple[tuple[T, ...] | None, ...]:
    return tuple(each or None for each in listes)


def _actions(table: Table) -> tuple[tuple[str, ...] | None, ...]:
    """The actions to try; None for all those that are admissible."""
    rendues: list[tuple[str, ...] | None] = []
    for rang, actions in enumerate(table.listes("actions")):
        for action in actions:
            if not _connue(action):
                table.refuse(rang, "actions", f"{cite(action)} : {FORME}")
        rendues.append(actions or None)
    return tuple(rendues)


def _connue(action: str) -> bool:
    genre, _, valeur = action.partition(":")
    if genre not in ACTIONS:
        return action in SANS_VALEUR
    codes = ACTIONS[genre]
    return bool(valeur) and (codes is None or valeur in codes)
