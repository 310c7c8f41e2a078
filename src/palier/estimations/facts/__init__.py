"""From the rows of the platform to the journal that chances are learned from.

A territory is the perimeter of a published grid, named by its code. Only what is dated strictly before `au` is read.
Rows are read in bulk: the number of queries does not grow with them. Of the sealed record, only the versions of the
demandes are opened, for the perimeter, the household's size and the points that a version had; no name, no protected
fact and no address of a person enters the journal, only points.

What is approximated, and said on the model card:
- points of a candidature are those of the last count, which are those of the closing once the list is frozen;
- points of a version are counted on the grid in force at `au`, without seniority and without any line `offre.*`: links
  to a commune are in the parameters, other lines of an offre (travel, size, employer) in points of candidatures only;
- the seniority of a file runs by the month of 365.25/12 days; the platform counts completed calendar months;
- a file is complete once it has its number and while none of its pieces is refused or lapsed;
- financements are those that the income ceilings do not close, on the first commune asked for;
- nobody writes the order of those whom a commission did not retain: their `ordre` is unknown (-1);
- who is designated without a noted contact counts as reached and available on the day of the désignation;
- who accepted, then gave the dwelling back before the lease, counts as a refusal; the platform holds one commission an
  offre, and the attractiveness of an ad is not known.

A candidature's id begins with the sixteen first signs of its tie key, so that ties keep the platform's own order.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier.base.clock import local_day
from palier.chances.journal import Journal, Offres, Parametres, Vues
from palier.droit.cotation import Critere, Grille
from palier.droit.decision import delai_reponse_jours
from palier.estimations.facts.demandes import Lecture, read_demandes
from palier.estimations.facts.evenements import read_evenements
from palier.estimations.facts.offres import read_candidatures, read_offres, read_trajets, read_vues
from palier.estimations.facts.tables import TIE, seconds
from palier.parc.models import Offre
from palier.territoires.grids import grille_lue
from palier.territoires.models import Grille as StoredGrille

SENIORITY, HOME, WORK = "anciennete_mois", "offre.lien_domicile", "offre.lien_travail"


def territories(*, au: datetime) -> list[str]:
    """The codes of the grids under which an offre was published before `au`."""
    found = Offre.objects.public().filter(publiee_le__lt=au).order_by("grille__code")
    return list(found.values_list("grille__code", flat=True).distinct())


def candidature_pk(identifiant: str) -> UUID:
    """The row of a candidature of `journal_of`, from its id in the journal."""
    return UUID(identifiant[TIE:])


def journal_of(territoire: str, *, au: datetime) -> Journal:
    """The journal of one territory as it stood at `au`. Empty tables when it has no offre."""
    grille = _grille(territoire, au)
    offres, ended = read_offres(territoire, au)
    places = {identifiant: row for row, identifiant in enumerate(offres.offre.tolist())}
    known = read_demandes(territoire, frozenset(offres.commune.tolist()), grille, au)
    candidatures = read_candidatures(territoire, places, known, au)
    return Journal(
        parametres=_parametres(territoire, grille, offres, au),
        offres=offres,
        demandes=known.demandes,
        candidatures=candidatures,
        evenements=read_evenements(territoire, places, candidatures, ended, au),
        sorties=known.sorties,
        vues=_vues(territoire, places, known, au),
        trajets=read_trajets(known.demandes, offres),
    )


def _grille(territoire: str, au: datetime) -> Grille | None:
    """The grid in force at `au` under this code, else the last one published before."""
    rows = StoredGrille.objects.filter(code=territoire, publiee_le__lt=au).order_by("-version")
    found = rows.in_force(local_day(au)).first() or rows.first()
    return grille_lue(found) if found is not None else None


def _parametres(territoire: str, grille: Grille | None, offres: Offres, au: datetime) -> Parametres:
    """What holds for the territory: the record begins with its first offre, a commission sits once an offre."""
    fin = seconds(au)
    par_mois, plafond = _seniority(grille)
    return Parametres(
        territoire=territoire,
        debut=int(offres.publiee.min()) if len(offres.publiee) else fin,
        fin=fin,
        presentes=3,
        commissions=1,
        delai_reponse_jours=delai_reponse_jours(),
        points_par_mois=par_mois,
        plafond_mois=plafond,
        points_lien_domicile=_link(grille, HOME),
        points_lien_travail=_link(grille, WORK),
    )


def _lines(grille: Grille | None) -> list[Critere]:
    return [each for rubrique in grille.rubriques for each in rubrique.criteres] if grille is not None else []


def _seniority(grille: Grille | None) -> tuple[float, float]:
    """Points a month, and the months after which nobody gains any more; 0 and 0 when the grid has no such scale."""
    for line in _lines(grille):
        scale = line.points_par
        if scale is not None and scale.fait == SENIORITY and scale.points > 0:
            par_mois = scale.points / float(scale.pas)
            return par_mois, 1_200.0 if scale.plafond is None else scale.plafond / par_mois
    return 0.0, 0.0


def _link(grille: Grille | None, fait: str) -> float:
    """Points of the line that reads this link alone, 0 without one."""
    return float(next((line.points or 0 for line in _lines(grille) if line.faits == (fait,)), 0))


def _vues(territoire: str, places: dict[str, int], known: Lecture, au: datetime) -> Vues | None:
    """The offres opened by those who agreed that it be kept; None when nobody did."""
    found = read_vues(territoire, places, known, au)
    return found if len(found.vue) else None
