"""The dashboard: one thing to do first, then the file, what holds it, its dates, its candidatures, its perimeter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from palier import coffre
from palier.base import clock, limits
from palier.base.policy import policy
from palier.candidatures.models import Candidature
from palier.candidatures.queries import Followed, followed
from palier.demandes import facts, queries
from palier.demandes.models import Demande
from palier.demandes.queries.blockers import Blocker, blockers
from palier.demandes.queries.meters import Meter, meters
from palier.demandes.queries.pieces import A_CORRIGER, EN_COURS, Dossier, Line, dossier
from palier.droit.dates import mois_complets
from palier.parc.queries import stock_of
from palier.portals.demandeur import estimations, flow, places, review
from palier.portals.demandeur.candidatures_words import deadline, title
from palier.portals.demandeur.common import actor_of, address, own_demande, page_context
from palier.portals.demandeur.pending import pending
from palier.portals.ui import french

NBSP = "\u00a0"
SHOWN_PIECES, SHOWN_DATES, SHOWN_ROWS, SHOWN_BLOCKERS = 3, 3, 3, 4
"""How many lines of each list the dashboard shows: it stays short, and each list has its own page."""
FULL, SOON, EMPTY = "plein", "bientot", "vide"


@policy("demande.lire", roles=("demandeur",))
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """One main action on top; a demande that nobody opened yet has that alone."""
    demande = own_demande(request)
    if demande is None:
        return render(request, "demandeur/accueil.html", page_context(None))
    with coffre.ring([demande.titulaire_id]):
        rows = followed(Candidature.objects.visible_to(actor_of(request)).live(), clock.now())
        shown = {**_of(demande, rows), **pending(rows)}
        return render(request, "demandeur/accueil.html", page_context(demande, **shown))


def _of(demande: Demande, rows: Sequence[Followed]) -> dict[str, Any]:
    today, filed = clock.today(), demande.state not in ("brouillon", "radiee")
    context = {
        "numero": review.numero_text(demande),
        "mois": mois_complets(demande.deposee_le, today) if demande.deposee_le else 0,
        "statut": review.status(demande),
        "deposee": filed,
        **_rings(demande),
    }
    if not filed:
        return {**context, **_draft(demande)}
    pieces = dossier(demande, today)
    held = blockers(demande, today, known=pieces)
    first = next((each for each in held if each.temps), None)  # what only waits asks for nothing
    held.sort(key=lambda each: bool(each.temps))  # and is said before what is left to do
    return {
        **context,
        "action": _action(first) if first else _search(),
        "blocages": [(each, link(each.page)) for each in held if each is not first][:SHOWN_BLOCKERS],
        **_pieces(pieces, today),
        "jauges": [_meter(each) for each in meters(demande, today, pieces)],
        "dates": queries.due_dates(demande, today)[:SHOWN_DATES],
        **estimations.dashboard(demande, clock.now()),
        "candidatures": _candidatures(rows[:SHOWN_ROWS]),
        "aujourdhui": today,
    }


def link(page: tuple[str, ...]) -> str:
    """The address of a page given by its name and its arguments; the list of the person's answers for lack of one."""
    try:
        return reverse(page[0], args=page[1:])
    except NoReverseMatch:
        return reverse("demandeur:etape", args=["relecture"])


def _draft(demande: Demande) -> dict[str, Any]:
    """The steps of a draft, or the end of a demande that was removed."""
    lacking = {each.step for each in queries.completeness(demande)}
    steps = [step for step in queries.STEPS if step != "relecture"]
    return {
        "action": _resume(demande) if demande.state == "brouillon" else _start_again(demande),
        "etapes": [(step, queries.STEP_LABELS[step], step not in lacking) for step in steps],
        "cellules": [EMPTY if step in lacking else FULL for step in steps],
        "remplies": len(steps) - len(lacking),
    }


def _act(temps: str, titre: str, texte: str, bouton: str, url: str) -> dict[str, str]:
    return {"temps": temps, "titre": titre, "texte": texte, "bouton": bouton, "url": url}


def _resume(demande: Demande) -> dict[str, str]:
    missing = queries.completeness(demande)
    words = missing[0].sentence if missing else "Tout est rempli. Relisez une fois, puis déposez."
    return _act("10 minutes", "Finir votre demande", words, "Continuer", flow.resume(demande))


def _start_again(demande: Demande) -> dict[str, str]:
    until = queries.reactivation_until(demande)
    if until is not None and clock.today() <= until:
        words = f"Elle reprend avec son numéro et son ancienneté, jusqu'au {review.day(until)}."
        return _act("1 minute", "Reprendre votre demande", words, "Reprendre", reverse("demandeur:renouveler"))
    words = "Votre demande est close. Vous pouvez en déposer une autre."
    return _act("10 minutes", "Déposer une nouvelle demande", words, "Commencer", reverse("demandeur:numero"))


def _action(first: Blocker) -> dict[str, str]:
    return _act(first.temps, first.faire, first.phrase, first.faire, link(first.page))


def _search() -> dict[str, str]:
    words = "Votre dossier est complet. Chaque annonce dit si vous pouvez postuler."
    return _act("5 minutes", "Chercher un logement", words, "Voir les offres", address("public:recherche") or "/")


def _pieces(pieces: Dossier, today: date) -> dict[str, Any]:
    """One block per piece that the law asks for, and the lines that need a look: the soonest first."""
    lines = pieces.required
    cells = [_cell(line, today) for line in lines]
    return {
        "cellules": cells,
        "valides": sum(line.proven for line in lines),
        "total_pieces": len(lines),
        "a_regarder": _to_look_at(lines, cells)[:SHOWN_PIECES],
        "liste_pieces": link(("demandeur:pieces",)),
    }


def _ends(line: Line) -> date | None:
    return line.piece.expire_le if line.piece is not None and line.proven else None


def _cell(line: Line, today: date) -> str:
    end = _ends(line)
    if line.proven:
        return SOON if end is not None and (end - today).days <= limits.value("rappel_premier") else FULL
    return SOON if line.group == EN_COURS else EMPTY


def _to_look_at(lines: tuple[Line, ...], cells: list[str]) -> list[dict[str, Any]]:
    rows = [line for line, cell in zip(lines, cells, strict=True) if cell != FULL]
    rows.sort(key=lambda line: (line.group != A_CORRIGER, _ends(line) is None, _ends(line) or date.max))
    return [{"nom": f"{line.libelle}, {line.prenom}" if line.prenom else line.libelle, **_state(line)} for line in rows]


def _state(line: Line) -> dict[str, Any]:
    """The state of a piece in a word, its kind, what may be done."""
    end = _ends(line)
    if line.group == A_CORRIGER:
        return {"etat": "À corriger", "kind": "err", "action": "Corriger"}
    if line.group == EN_COURS:
        return {"etat": "En cours de lecture", "kind": "doubt", "action": "Voir"}
    if end is not None:
        return {"etat": f"Expire le {review.day(end)}", "kind": "warn", "action": "Remplacer"}
    return {"etat": "Manque", "kind": "err", "action": "Ajouter"}


def _meter(meter: Meter) -> dict[str, Any]:
    """« Complet pour la commission », or how many things are missing."""
    aim = {"candidater": "candidater", "commission": "la commission"}[meter.code]
    lacking = len(meter.manques)
    words = f"{lacking}{NBSP}chose{french.plural(lacking)} manque{'nt' if lacking > 1 else ''}"
    return {
        "titre": f"Complet pour {aim}" if meter.complet else f"Pas encore complet pour {aim}",
        "kind": "ok" if meter.complet else "warn",
        "detail": "" if meter.complet else words,
        "compte": f"{meter.faits} sur {len(meter.items)}",
        "url": reverse("demandeur:completude"),
    }


def _candidatures(rows: Sequence[Followed]) -> list[dict[str, Any]]:
    """Place, rank, what comes next."""
    now = clock.now()
    return [
        {"titre": f"{each.candidature.offre.logement.typologie} {title(each.candidature.offre)}", "rang": each.rang,
         "quand": deadline(each.statut, now) if each.statut.limite else each.statut.ou,
         "url": reverse("demandeur:candidature_rang", args=[each.candidature.pk])}
        for each in rows
    ]  # fmt: skip


def _rings(demande: Demande) -> dict[str, Any]:
    first, second = facts.perimetre(demande)
    names = places.labels([*first, *second, demande.commune_travail])
    return {
        "prioritaires": [names.get(code, code) for code in first],
        "secondaires": [names.get(code, code) for code in second],
        "travail": names.get(demande.commune_travail, ""),
    }


@policy("demande.lire", roles=("demandeur",))
@require_safe
def completude(request: HttpRequest) -> HttpResponse:
    """What holds the file, then the two meters in full: what is missing, why it is asked, the page that mends it."""
    demande = own_demande(request)
    if demande is None:
        return render(request, "demandeur/completude.html", page_context(None))
    today = clock.today()
    with coffre.ring([demande.titulaire_id]):
        pieces = dossier(demande, today)
        found = meters(demande, today, pieces)
        context = page_context(
            demande,
            jauges=[(_meter(each), each, [(item, link(item.page)) for item in each.manques]) for each in found],
            blocages=[(each, link(each.page)) for each in blockers(demande, today, known=pieces,
                                                                   logements=_logements(demande))],
        )  # fmt: skip
        return render(request, "demandeur/completude.html", context)


def _logements(demande: Demande) -> int:
    """How many dwellings of the sizes asked the communes asked hold."""
    prioritaires, secondaires = facts.perimetre(demande)
    held = stock_of([*prioritaires, *secondaires], demande.typologies, at=clock.now())
    return sum(each.logements_tailles for each in held.values())
