"""The demande, one question or one chapter a page: saved at each answer, taken up anywhere, filed at the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import actions, queries
from palier.demandes.models import Demande
from palier.portals.demandeur import flow, perimeter, review
from palier.portals.demandeur.common import (
    actor_of,
    own_demande,
    page_context,
    user_of,
    with_demande,
    write_answers,
)
from palier.portals.demandeur.flow import Asked
from palier.portals.demandeur.questions import CHAPTERS, PERIMETRE, RELECTURE, Question, RelectureQuestion
from palier.portals.demandeur.questions.numero import NumeroForm
from palier.portals.forms import form_page, once_view

AFTER_RESSOURCES = "statut"
"""The question that follows the incomes: doubtful figures are said there too, kindly, and never in the way."""


@policy("demande.ouvrir")
def numero(request: HttpRequest) -> HttpResponse:
    """The first question: « Avez-vous déjà un numéro unique ? »."""
    found = own_demande(request)
    if found is not None and found.is_live:
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    form = NumeroForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return once_view(request, lambda: _open(request, form), refused=lambda no: _numero_page(request, form, no))
    return _numero_page(request, form)


def _open(request: HttpRequest, form: NumeroForm) -> str:
    user, by, at = user_of(request), actor_of(request), clock.now()
    if form.cleaned_data["connu"]:
        actions.import_demande(user=user, numero=form.cleaned_data["numero"], by=by, at=at)
    else:
        actions.open_demande(user=user, by=by, at=at)
    return reverse("demandeur:etape", args=["identite"])


def _numero_page(request: HttpRequest, form: NumeroForm, refusal: Refused | None = None) -> HttpResponse:
    return form_page(request, "demandeur/numero.html", form, page_context(None), refusal)


@policy("demande.completer")
@with_demande
def etape(request: HttpRequest, demande: Demande, etape: str) -> HttpResponse:
    """A chapter: all its questions on a page, or the way to the first one without an answer."""
    if etape == PERIMETRE:
        return perimeter.page(request, demande)
    if etape not in CHAPTERS:
        raise Http404
    if request.GET.get(flow.MODE) in (flow.ONE, flow.WHOLE):
        request.session[flow.MODE] = request.GET[flow.MODE]
        return HttpResponseRedirect(reverse("demandeur:etape", args=[etape]))
    if etape != "identite" and queries.holder_of(demande) is None:
        return HttpResponseRedirect(reverse("demandeur:etape", args=["identite"]))
    if etape == RELECTURE:
        return _relecture(request, demande)
    found = flow.of_step(demande, etape)
    if flow.one_by_one(request) and request.method != "POST" and demande.state == "brouillon":
        return HttpResponseRedirect(next((each.url for each in found if not each.answered), found[0].url))
    return _answer(request, demande, etape, found, whole=True)


@policy("demande.completer")
@with_demande
def question(request: HttpRequest, demande: Demande, etape: str, question: str) -> HttpResponse:
    """One question; what does not apply any more leads to what does."""
    found = [each for each in flow.of_step(demande, etape) if each.key == question]
    if not found:
        if etape not in CHAPTERS or not flow.is_known(question):
            raise Http404
        return HttpResponseRedirect(reverse("demandeur:etape", args=[etape]))
    if queries.holder_of(demande) is None and question != "nom":
        return HttpResponseRedirect(reverse("demandeur:question", args=["identite", "nom"]))
    return _answer(request, demande, etape, found, whole=False)


def _answer(request: HttpRequest, demande: Demande, step: str, found: Sequence[Asked], *, whole: bool) -> HttpResponse:
    """Show these questions; a post saves them together. A stale version shows the difference (409)."""
    posted = request.POST if request.method == "POST" else None
    forms = [each.form(demande, posted) for each in found]
    bad = [form for form in forms if not form.is_valid()]
    if posted is not None and not bad:
        return once_view(
            request,
            lambda: _save(request, demande, step, found, forms, whole=whole),
            refused=lambda no: _page(request, step, found, forms, whole=whole, refusal=no),
        )
    return _page(request, step, found, forms, whole=whole)


def _save(
    request: HttpRequest, demande: Demande, step: str, found: Sequence[Asked], forms: Sequence[Question], *, whole: bool
) -> str:
    known = queries.step_values(demande, step)
    answers: dict[str, Any] = {}
    for form in forms:
        answers |= form.data_of({**known, **answers})
    keys = [each.key for each in found]
    complete = flow.completes(demande, step, set(keys))
    write_answers(request, demande, step, answers, keys=keys, complete=complete)
    if demande.state != "brouillon":
        return reverse("demandeur:accueil")
    fresh = own_demande(request)
    assert fresh is not None
    return _onward(fresh, step, keys, whole=whole)


def _onward(demande: Demande, step: str, keys: Sequence[str], *, whole: bool) -> str:
    """The next question; a chapter stays as long as it asks something more."""
    more = next((each for each in flow.of_step(demande, step) if not each.answered), None) if whole else None
    if more is not None:
        return f"{reverse('demandeur:etape', args=[step])}#q-{more.key}"
    return flow.after(demande, step, keys[-1], whole=whole)


def _page(
    request: HttpRequest,
    step: str,
    found: Sequence[Asked],
    forms: Sequence[Question],
    *,
    whole: bool,
    refusal: Refused | None = None,
) -> HttpResponse:
    demande = (own_demande(request) if refusal is not None else None) or forms[0].demande
    context = flow.step_context(demande, step, "" if whole else found[0].key)
    context |= {"forms": forms, "entier": whole}
    if step == "ressources" or found[0].key == AFTER_RESSOURCES:
        context["doutes"] = review.doubts(demande)
    if step == "menage":
        context["personnes"] = review.persons(demande)
    if refusal is not None and refusal.code == "version":
        context["differences"] = refusal.motifs
    bad = next((form for form in forms if form.is_bound and form.errors), forms[0])
    return form_page(request, "demandeur/question.html", bad, context, refusal)


def _relecture(request: HttpRequest, demande: Demande) -> HttpResponse:
    form = RelectureQuestion(demande, None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return once_view(
            request, lambda: _file(request, demande, form), refused=lambda no: _relecture_page(request, form, no)
        )
    return _relecture_page(request, form)


def _file(request: HttpRequest, demande: Demande, form: RelectureQuestion) -> str:
    draft = demande.state == "brouillon"
    write_answers(request, demande, RELECTURE, form.data_of({}), keys=[RELECTURE], complete=True)
    if not draft:
        return reverse("demandeur:accueil")
    actions.submit_demande(demande_id=demande.pk, by=actor_of(request), at=clock.now())
    return reverse("demandeur:attestation")


def _relecture_page(request: HttpRequest, form: RelectureQuestion, refusal: Refused | None = None) -> HttpResponse:
    demande = (own_demande(request) if refusal is not None else None) or form.demande
    context = flow.step_context(demande, RELECTURE) | {
        "lignes": review.lines(demande),
        "manques": review.missing(demande),
        "doutes": review.doubts(demande),
    }
    if refusal is not None and refusal.code == "version":
        context["differences"] = refusal.motifs
    return form_page(request, "demandeur/relecture.html", form, context, refusal)
