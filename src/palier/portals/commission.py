"""The séance of a commission, the same for the bailleur who prepares it and for the members who sit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from palier.attributions import actions, queries, rules
from palier.attributions.models import Seance
from palier.attributions.queries import FileRow
from palier.base import clock
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.droit.decision import decisions, motifs_non_attribution
from palier.parc.models import Offre
from palier.portals.desk import Space, actor_of, page, posted
from palier.portals.forms import is_clean, once_view


@dataclass
class Ballot:
    """What is typed for one file of a point of the agenda."""

    row: FileRow
    lettre: str = ""
    ordre: str = ""
    motif: str = ""
    texte: str = ""
    avant: str = ""


def seance_of(request: HttpRequest, seance_id: UUID) -> Seance:
    """The séance, when this hat may see it."""
    rows = Seance.objects.visible_to(actor_of(request), at=clock.now()).select_related("bailleur")
    found = rows.filter(pk=seance_id).distinct().first()
    if found is None:
        raise NotVisible
    return found


def show(request: HttpRequest, space: Space, seance_id: UUID) -> HttpResponse:
    """The agenda, the members, and what may be done now."""
    seance = seance_of(request, seance_id)
    offres = queries.agenda(seance)
    may = {each.name for each in Seance.life.allowed(seance.state, actor_of(request).role)}
    context = {
        "seance": seance,
        "points": offres,
        "membres": seance.membres.count(),
        "peut": may,
        "reste": queries.undecided(seance),
        "recours": rules.APPEAL_MONTHS,
    }
    return page(request, space, "attributions/pages/seance.html", "seances", **context)


def step(request: HttpRequest, space: Space, seance_id: UUID, act: str) -> HttpResponse:
    """Convene, open or close."""
    seance = seance_of(request, seance_id)
    work = {"convoquer": actions.convene_seance, "ouvrir": actions.open_seance, "clore": actions.close_seance}.get(act)
    if work is None:
        raise NotVisible
    url = space.url("seance", seance.pk)
    return posted(request, lambda: work(seance_id=seance.pk, by=actor_of(request), at=clock.now()), url)


def sign(request: HttpRequest, space: Space, seance_id: UUID) -> HttpResponse:
    """Sign the minutes of a closed séance."""
    seance = seance_of(request, seance_id)
    url = space.url("seance", seance.pk)
    work = actions.sign_seance
    return posted(request, lambda: work(seance_id=seance.pk, by=actor_of(request), at=clock.now()), url)


def point(request: HttpRequest, space: Space, seance_id: UUID, offre_id: UUID) -> HttpResponse:
    """One point of the agenda: its files, and the decision on each."""
    seance = seance_of(request, seance_id)
    offre = queries.point_of(seance, offre_id)
    if offre is None:
        raise NotVisible
    by = actor_of(request)
    relation = "seated" if by.role == "membre_caleol" else "presented"
    rows = queries.presented_files(offre, by=by, at=clock.now(), relation=relation, seance=seance)
    ballots = [_ballot(row, request.POST) for row in rows if row.state == "inscrite"]
    if request.method != "POST":
        return _draw(request, space, seance, offre, rows, ballots)

    def work() -> str:
        choices = [_choice(each) for each in ballots]
        actions.record_decisions(seance_id=seance.pk, offre_id=offre.pk, decisions=choices, by=by, at=clock.now())
        return space.url("seance", seance.pk)

    return once_view(request, work, refused=lambda no: _draw(request, space, seance, offre, rows, ballots, no))


def _draw(
    request: HttpRequest,
    space: Space,
    seance: Seance,
    offre: Offre,
    rows: list[FileRow],
    ballots: list[Ballot],
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {
        "seance": seance,
        "offre": offre,
        "points": queries.agenda(seance),
        "dossiers": rows,
        "bulletins": ballots if seance.state == "ouverte" else [],
        "lettres": [(each.code, each.libelle) for each in decisions().values()],
        "motifs": list(motifs_non_attribution().items()),
        "decisions": [(row, queries.decisions_of(offre).get(row.candidature_id)) for row in rows],
        "refusal": refusal,
        "erreur": refusal is not None,
    }
    response = page(request, space, "attributions/pages/point.html", "seances", **context)
    response.status_code = refusal.status if refusal else 200
    return response


def _ballot(row: FileRow, data: Mapping[str, str]) -> Ballot:
    def said(name: str, otherwise: str = "") -> str:
        return data.get(f"{name}-{row.candidature_id}", otherwise).strip()

    return Ballot(row, said("lettre"), said("ordre"), said("motif"), said("texte"), said("avant"))


def _choice(ballot: Ballot) -> actions.Choice:
    field = f"Dossier de rang {ballot.row.rang}"
    if not is_clean(ballot.texte):
        raise Refused("texte", "Le texte contient un caractère invisible.", field=field, mend="Effacez-le.", status=422)
    return actions.Choice(
        ballot.row.candidature_id,
        ballot.lettre,
        _order(ballot.ordre, field),
        ballot.motif if ballot.lettre in ("d", "e") else "",
        ballot.texte,
        _day(ballot.avant, field) if ballot.lettre == "c" else None,
    )


def _order(text: str, field: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 99):
        raise Refused("ordre", "Un ordre est un nombre de 1 à 99.", field=field, value=text[:20], status=422)
    return int(text)


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    parts = text.replace("-", "/").split("/")
    try:
        return date(*(int(part) for part in (parts if len(parts[0]) == 4 else reversed(parts))))
    except (ValueError, TypeError, OverflowError) as error:
        raise Refused(
            "date",
            "Cette date n'existe pas.",
            field=field,
            value=text[:20],
            mend=f"Écrivez-la ainsi{NBSP}: 15/12/2026.",
            status=422,
        ) from error
