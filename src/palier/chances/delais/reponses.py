"""What is answered on a delay: chances by month, quantiles, what was replayed, and the lived outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from palier.chances.attente import MOIS_MAX, courbes, quantiles, vecues
from palier.chances.delais.apprentissage import geler_tout
from palier.chances.delais.archives import Archives, archiver
from palier.chances.delais.gel import Courbe, Gel, geler
from palier.chances.delais.profils import Profils, profils_des_questions
from palier.chances.delais.rejeu import Rejeu, rejeu_au
from palier.chances.delais.risques import Rejoue, rejouer
from palier.chances.journal import Entiers, Journal, Mots, QuestionsDelai, Reels, Vrais

REJOUEES_MINIMUM = 5
SERVIES_MINIMUM = 1.0
PARTS = (0.10, 0.25, 0.50, 0.75, 0.90)
OK, INSUFFISANT = "ok", "insuffisant"


@dataclass(frozen=True)
class ReponsesDelai:
    """One row a question. Months are NaN beyond 36; `courbe` is F(1)…F(36).

    `statut` is `insuffisant` below 5 offres replayed or one served: the figures stay, to be audited, screens do not
    show them; `moins_de12` is then what may be said, the chance had one offre a year been served. `toutes12`: at 12
    months, applying to every offre. `loge`, `sorti`: lived shares, a proposition here or another exit first.
    """

    question: Mots
    statut: Mots
    courbe: Reels
    p6: Reels
    p12: Reels
    p24: Reels
    p36: Reels
    q10: Reels
    q25: Reels
    q50: Reels
    q75: Reels
    q90: Reels
    offres_rejouees: Entiers
    offres_servies: Reels
    premiers: Entiers
    loge12: Reels
    sorti12: Reels
    loge36: Reels
    sorti36: Reels
    toutes12: Reels
    moins_de12: Reels
    rythme: Reels


def courbes_de(
    gel: Gel, attend: Vrais | None, risques: Reels, temps_mort: Reels, mois: int = MOIS_MAX
) -> Reels:
    """Return F(1)…F(mois) by row: that of those who have been waiting, or of a demande never tried."""

    def selon(courbe: Courbe) -> Reels:
        return courbes(risques, temps_mort, a=courbe.a, b=courbe.b, kappa0=courbe.kappa0, mois=mois)

    if attend is None or not attend.any():
        return selon(gel.courbe)
    if attend.all():
        return selon(gel.courbe_attente)
    return np.where(attend[:, None], selon(gel.courbe_attente), selon(gel.courbe))


def tables_rejeu(journal: Journal, au: int) -> Rejeu:
    """Return the replay of the 12 months before `au`, everything learned from rows strictly before it."""
    archives = archiver(journal)
    return rejeu_au(archives, au, geler_tout(archives, au))


def predire_delais(rejeu: Rejeu, profils: Profils, question: Mots | None = None) -> ReponsesDelai:
    """Return the delays of persons from a stored replay."""
    rejoue, gel = rejouer(rejeu, profils), rejeu.gel
    f = courbes_de(gel, profils.attend, rejoue.risques, rejoue.temps_mort)
    mois = np.where(np.isinf(q := quantiles(f, PARTS)), np.nan, q)
    loge, sorti = vecues(f, gel.departs.risques(profils.mois))
    sur = (rejoue.offres >= REJOUEES_MINIMUM) & (rejoue.servies >= SERVIES_MINIMUM)
    return ReponsesDelai(
        question=np.array([str(i) for i in range(len(profils))]) if question is None else question,
        statut=np.where(sur, OK, INSUFFISANT),
        courbe=f,
        **{f"p{m}": f[:, m - 1] for m in (6, 12, 24, 36)},
        **{f"q{round(100 * part)}": mois[:, rang] for rang, part in enumerate(PARTS)},
        offres_rejouees=rejoue.offres,
        offres_servies=rejoue.servies,
        premiers=rejoue.premiers,
        **{f"loge{m}": loge[:, m - 1] for m in (12, 36)},
        **{f"sorti{m}": sorti[:, m - 1] for m in (12, 36)},
        toutes12=courbes_de(gel, profils.attend, rejoue.toutes, rejoue.temps_mort)[:, 11],
        moins_de12=_borne(gel, rejoue, profils),
        rythme=profils.rythme,
    )


def _borne(gel: Gel, rejoue: Rejoue, profils: Profils) -> Reels:
    """Return the chance at 12 months had at least one offre a year been served to the person, at its rhythm."""
    plus = np.maximum(rejoue.risques, profils.rythme[:, None])
    return courbes_de(gel, profils.attend, plus, rejoue.temps_mort)[:, 11]


def delais(journal: Journal, questions: QuestionsDelai) -> ReponsesDelai:
    """Answer questions on delays from rows strictly before the instant of each.

    The offres replayed, their lists, p and alpha are those of the 12 months before the instant. Habits, efforts, files
    and exits are learned at the start of the month (UTC) of the question; the calibration of the curve, at the start of
    the month of the earliest question.
    """
    return assembler(questions.question, repondre(archiver(journal), questions))


def repondre(
    archives: Archives, questions: QuestionsDelai
) -> Iterator[tuple[Entiers, Rejeu, Profils]]:
    """Give, instant by instant, the rows of the questions, the replay and the persons."""
    mois = debuts_de_mois(questions.instant)
    attente, gel = Courbe(), None
    for instant in np.unique(questions.instant):
        lignes = np.flatnonzero(questions.instant == instant)
        debut = int(mois[lignes[0]])
        if gel is None:
            gel = geler_tout(archives, debut)
            attente = gel.courbe_attente
        if gel.au != debut:
            gel = replace(geler(archives, debut), courbe_attente=attente)
        yield lignes, rejeu_au(archives, int(instant), gel), profils_des_questions(archives, gel, questions, lignes)


def assembler(question: Mots, lots: Iterable[tuple[Entiers, Rejeu, Profils]]) -> ReponsesDelai:
    """Return the answers in the order of the questions."""
    places, reponses = [], []
    for lignes, rejeu, profils in lots:
        places.append(lignes)
        reponses.append(predire_delais(rejeu, profils, question[lignes]))
    if not reponses:
        return vide()
    ordre = np.argsort(np.concatenate(places), kind="stable")
    colonnes = {c.name: np.concatenate([getattr(r, c.name) for r in reponses])[ordre] for c in fields(ReponsesDelai)}
    return ReponsesDelai(**colonnes)


def vide() -> ReponsesDelai:
    """Return answers to no question."""
    rien = {champ.name: np.array([]) for champ in fields(ReponsesDelai)}
    return ReponsesDelai(**{**rien, "courbe": np.zeros((0, MOIS_MAX))})


def debuts_de_mois(instants: Entiers) -> Entiers:
    """Return the start of the month (UTC) of each instant."""
    return instants.astype("datetime64[s]").astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
