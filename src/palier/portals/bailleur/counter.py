"""The guichet: the person's one-time code opens their identity and one act, a piece recorded as seen."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from palier.attributions import queries
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.actions import record_piece
from palier.demandes.actions import note_wrong_code, open_counter
from palier.demandes.models import Demande
from palier.demandes.queries import holder_of, opened_counter
from palier.droit.pieces import libelle_piece
from palier.journal.reading import read
from palier.portals.bailleur.forms import CodeForm, PieceForm
from palier.portals.bailleur.space import ROLES, SPACE
from palier.portals.desk import actor_of, context_of, form_view


@policy("guichet.ouvrir", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def guichet(request: HttpRequest) -> HttpResponse:
    """The code, then the person's page. A wrong code is counted once its own transaction is undone."""
    form, by, wrong = CodeForm(request.POST or None), actor_of(request), set[str]()

    def work(given: object) -> str:
        try:
            demande = open_counter(code=form.cleaned_data["code"], by=by, at=clock.now())
        except Refused as refusal:
            wrong.add(refusal.code)
            raise
        return reverse("bailleur:guichet_demande", args=[demande.pk])

    context = context_of(request, SPACE, "")
    response = form_view(request, "bailleur/guichet.html", form, context, work)
    if "code_guichet" in wrong:
        note_wrong_code(by=by, at=clock.now())
    return response


@policy("guichet.enregistrer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def guichet_demande(request: HttpRequest, demande_id: UUID) -> HttpResponse:
    """Identity alone, and the pieces recorded here; 24 hours."""
    by, now = actor_of(request), clock.now()
    opened = opened_counter(demande_id, by, now)
    if opened is None:
        raise NotVisible
    demande = opened.demande
    form = PieceForm(request.POST or None, initial={"vue_le": clock.today()})

    def work(given: object) -> str:
        record_piece(demande_id=demande_id, by=by, at=clock.now(), **form.cleaned_data)
        return reverse("bailleur:guichet_demande", args=[demande_id])

    mine = queries.pieces_seen(demande_id, by.user_id)
    seen = [(libelle_piece(each.code), each) for each in mine]
    context = context_of(request, SPACE, "", lignes=_identity(request, demande), vues=seen, fin=opened.expire_le)
    return form_view(request, "bailleur/guichet_demande.html", form, context, work)


def _identity(request: HttpRequest, demande: Demande) -> list[tuple[str, str]]:
    """Names, birth date, number: what the relation « code » opens."""
    by, now = actor_of(request), clock.now()
    holder = holder_of(demande)
    people = read(
        [holder] if holder else [], ("identite",), by=by, relation="code", purpose="guichet.enregistrer", at=now
    )
    (main,) = read([demande], ("numero",), by=by, relation="code", purpose="guichet.enregistrer", at=now)
    said = people[0].get("identite") or {} if people else {}
    numero = (main.get("numero") or {}).get("numero_unique") or "en attente"
    return [
        ("Nom", f"{said.get('prenom', '')} {said.get('nom', '')}".strip() or "—"),
        ("Naissance", "/".join(reversed(said.get("naissance", "—").split("-")))),
        ("Numéro unique", numero),
    ]
