"""The pieces of the demande: what is asked and why, what was read, sending, explaining, taking back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier import coffre
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.candidatures.actions import withdraw_piece
from palier.demandes import actions, facts, rules
from palier.demandes.models import Demande, Piece
from palier.demandes.queries import holder_of
from palier.demandes.queries.content import content_of, file_in
from palier.demandes.queries.pieces import A_CORRIGER, GROUPS, Dossier, Line, dossier, rules_of
from palier.gateways.files.sniff import Part, take
from palier.portals.demandeur.common import actor_of, own_demande, page_context, with_demande
from palier.portals.demandeur.pieces_words import RULES, STATES, TITLES, state_words
from palier.portals.downloads import attachment, file_of, link_token
from palier.portals.forms import LongTextField, PalierForm, form_page, key_of, once_view

ACCEPTED = "image/jpeg,image/png,image/heic,image/heif,application/pdf,.jpg,.jpeg,.png,.heic,.heif,.pdf"
FIELD = "fichiers"


class ExplainForm(PalierForm):
    """« Expliquer ma situation »: beside a piece, or in its place."""

    explication = LongTextField(label="Votre explication")
    refused_fields = {"Votre explication": "explication"}


def _files(request: HttpRequest, demande: Demande) -> Dossier:
    """The list of this person: the other adult's pieces show their state alone."""
    return dossier(demande.entiere or demande, clock.today())


def _line(request: HttpRequest, demande: Demande, ref: UUID) -> Line:
    line = _files(request, demande).line(ref)
    if line is None or not _mine(request, demande, line):
        raise Http404
    return line


def _mine(request: HttpRequest, demande: Demande, line: Line) -> bool:
    owner = line.personne or holder_of(demande.entiere or demande)
    return owner is None or rules.may_see(actor_of(request), owner, "P5")


@policy("piece.voir")
@require_safe
@with_demande
def liste(request: HttpRequest, demande: Demande) -> HttpResponse:
    """What is to mend first, then what lacks, what is being read, what proves; then what may save time."""
    found = _files(request, demande)
    own = [line for line in (*found.asked, *found.priority) if _mine(request, demande, line)]
    given = [line for line in (*found.free, *found.others) if _mine(request, demande, line)]
    needed = [line for line in found.required if _mine(request, demande, line)]
    context = page_context(
        demande,
        groupes=[(TITLES[group], [_row(line) for line in own if line.group == group]) for group in GROUPS],
        volontaires=[_row(line) for line in given],
        cellules=["plein" if line.proven else "bientot" if line.is_done else "vide" for line in needed],
        valides=sum(line.proven for line in needed),
        total=len(needed),
        a_corriger=sum(line.group == A_CORRIGER for line in own),
        autres=len(found.lines) - len(own) - len(given),
    )
    return render(request, "demandeur/pieces.html", context)


def _row(line: Line) -> dict[str, Any]:
    etat, kind, action = STATES[line.piece.state if line.piece and line.piece.state != "retiree" else ""]
    if line.group == A_CORRIGER:
        etat, kind, action = STATES["a_corriger"]
    until = line.piece.expire_le if line.piece and line.piece.state in facts.PROVING else None
    return {
        "line": line, "nom": f"{line.libelle}, {line.prenom}" if line.prenom else line.libelle, "etat": etat,
        "kind": kind, "action": action, "jusqu_au": until, "url": reverse("demandeur:piece", args=[line.ref]),
    }  # fmt: skip


@policy("piece.deposer")
@require_http_methods(["GET", "HEAD", "POST"])
@with_demande
def piece(request: HttpRequest, demande: Demande, ref: UUID) -> HttpResponse:
    """One piece: what was read of it, the files that are there, and the sending of others."""
    line = _line(request, demande, ref)
    if request.method == "POST":
        return _send(request, demande, line)
    return _page(request, demande, line)


def _send(request: HttpRequest, demande: Demande, line: Line) -> HttpResponse:
    """Keep every file that can be: one that cannot is said by its name and stops no other."""
    by, at, stored, refusals = actor_of(request), clock.now(), [], []
    try:
        key = key_of(request)
    except Refused as refusal:
        return _page(request, demande, line, refusals=[refusal])
    for upload in request.FILES.getlist(FIELD):
        try:
            stored.append(actions.store_file(demande_id=demande.pk, part=_part(upload), by=by, at=at))
        except Refused as refusal:
            refusals.append(refusal)
    if not stored and not refusals:
        refusals.append(Refused("sans_fichier", "Aucun fichier n'est arrivé.", mend="Choisissez-en un.", status=422))
    code, person = line.key
    try:
        kept = actions.keep_files(
            demande_id=demande.pk, code=code, personne_id=person, files=stored, key=key,
            more=request.POST.get("suite") == "1", by=by, at=at,
        ).kept if stored else set()  # fmt: skip
    except Refused as refusal:
        kept = set()
        refusals.append(refusal)
    actions.discard([each for each in stored if each.id not in kept])
    if refusals:
        fresh = own_demande(request) or demande
        return _page(request, fresh, _line(request, fresh, line.ref), refusals=refusals, arrived=len(kept))
    return HttpResponseRedirect(f"{reverse('demandeur:piece', args=[line.ref])}?recu={len(stored)}", status=303)


def _part(upload: UploadedFile[bytes]) -> Part:
    name = upload.name or ""
    return Part(name, take(upload, name, length=upload.size), upload.content_type or "")


def _page(
    request: HttpRequest, demande: Demande, line: Line, *, form: ExplainForm | None = None,
    refusals: list[Refused] | None = None, refusal: Refused | None = None, arrived: int = 0,
) -> HttpResponse:  # fmt: skip
    row = line.piece if line.piece and line.piece.state != "retiree" else None
    files = list(row.fichiers.order_by("ordre")) if row else []
    context = page_context(
        demande,
        line=line,
        piece=row,
        titre=f"{line.libelle}, {line.prenom}" if line.prenom else line.libelle,
        etat=state_words(row, clock.today()),
        regles=[_check(rule) for rule in rules_of(row)] if row else [],
        fichiers=[(each, link_token(request, each.pk)) for each in files],
        pages=sum(each.pages for each in files),
        explication=(row.explication or {}).get("texte", "") if row else "",
        attend=row is not None and row.state in ("recue", "en_analyse") and bool(files),
        accepte=ACCEPTED,
        refus=refusals or [],
        gardes=arrived,
        recus=request.GET.get("recu", "") if request.GET.get("recu", "").isdigit() else "",
    )
    response = form_page(request, "demandeur/piece.html", form or ExplainForm(), context, refusal)
    if refusals:
        response.status_code = 200 if arrived else refusals[0].status
    return response


def _check(rule: dict[str, Any]) -> dict[str, str]:
    kind, mot = RULES.get(rule["resultat"], RULES["indetermine"])
    return {"kind": kind, "mot": mot, "texte": str(rule["texte"]).removeprefix(mot).lstrip("\u00a0 :")}


@policy("piece.deposer")
@with_demande
def expliquer(request: HttpRequest, demande: Demande, ref: UUID) -> HttpResponse:
    """Write what the paper cannot say; a person reads it."""
    line = _line(request, demande, ref)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("demandeur:piece", args=[ref]))
    form, (code, person) = ExplainForm(request.POST), line.key

    def work() -> str:
        texte = form.cleaned_data["explication"]
        by, at = actor_of(request), clock.now()
        actions.explain_piece(demande_id=demande.pk, code=code, personne_id=person, texte=texte, by=by, at=at)
        return reverse("demandeur:piece", args=[ref])

    def page(refusal: Refused | None = None) -> HttpResponse:
        return _page(request, demande, line, form=form, refusal=refusal)

    return once_view(request, work, refused=page) if form.is_valid() else page()


@policy("piece.deposer")
@with_demande
def retirer(request: HttpRequest, demande: Demande, ref: UUID) -> HttpResponse:
    """Take a piece back, after a page that says what follows."""
    line = _line(request, demande, ref)
    row = line.piece
    if row is None or row.state == "retiree":
        return HttpResponseRedirect(reverse("demandeur:piece", args=[ref]))
    if request.method != "POST":
        return render(request, "demandeur/piece_retirer.html", page_context(demande, line=line, piece=row))

    def work() -> str:
        withdraw_piece(piece_id=row.pk, by=actor_of(request), at=clock.now())
        return reverse("demandeur:pieces")

    return once_view(request, work)


@policy("piece.voir")
@require_safe
@coffre.ring()
def fichier(request: HttpRequest, jeton: str) -> HttpResponse:
    """One's own file, re-made: the right is looked at again now, whatever the link says."""
    asked = file_of(request, jeton)
    demande = own_demande(request)
    found = file_in(demande, asked) if demande else None
    if demande is None or found is None or not _owns(request, demande, found.piece):
        raise Http404
    with actions.journal_damage(by=actor_of(request), at=clock.now()):
        content = content_of(found)
    return attachment(content, f"palier-piece-{found.ordre}.pdf")


def _owns(request: HttpRequest, demande: Demande, row: Piece) -> bool:
    owner = row.personne or holder_of(demande.entiere or demande)
    return owner is None or rules.may_see(actor_of(request), owner, "P5")


urlpatterns: list[URLPattern] = [
    path("demande/pieces/", liste, name="pieces"),
    path("demande/pieces/<uuid:ref>/", piece, name="piece"),
    path("demande/pieces/<uuid:ref>/expliquer/", expliquer, name="piece_expliquer"),
    path("demande/pieces/<uuid:ref>/retirer/", retirer, name="piece_retirer"),
    path("demande/fichier/<str:jeton>/", fichier, name="fichier"),
]
