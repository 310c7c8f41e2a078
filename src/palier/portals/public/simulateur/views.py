"""`/simulateur/`: each screen is the answer to the screen before it; between them the page alone holds the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.base.throttle import count_call
from palier.droit.ecriture import cas_json
from palier.droit.menage import Cas
from palier.portals.forms import refusal_response
from palier.portals.public.rows import place_title
from palier.portals.public.simulateur.question import Question
from palier.portals.public.simulateur.questions import QUESTIONS
from palier.portals.public.simulateur.result import result
from palier.portals.public.simulateur.state import (
    State,
    Unreadable,
    check_size,
    read_answers,
    read_file,
    write_answers,
)
from palier.portals.public.simulateur.steps import (
    CHAPTERS,
    LAST_CHAPTER,
    all_answered,
    answered,
    next_step,
    step_before,
    steps,
)
from palier.portals.public.simulateur.tested import offre_of, state_of
from palier.territoires.queries import resolve_communes

View = Callable[[HttpRequest, str], HttpResponse]
START, FILE, RESULT = "debut", "fichier", "resultat"
FILE_NAME = "ma-situation-palier.json"
LANGUAGES = {
    "fr": ("Français", "Lire cette page en français"),
    "en": ("English", "Read this page in English"),
}
"""Name of a language, and the button that turns the page to it; each in its own words."""
PLACES = {"fr": "public:simulateur", "en": "public:simulateur_en"}


def in_language(view: View) -> View:
    """Give the whole answer in the language of the address, refusals included; count what is posted."""

    @wraps(view)
    def spoken(request: HttpRequest, langue: str) -> HttpResponse:
        with translation.override(langue):
            try:
                if request.method == "POST":
                    minute = int(clock.now().timestamp()) // 60
                    count_call("simulator", request.META.get("REMOTE_ADDR", ""), minute)
                return view(request, langue)
            except Refused as refusal:
                return refusal_response(request, refusal)

    return spoken


@policy("simulation.faire")
@require_http_methods(["GET", "HEAD", "POST"])
@in_language
def page(request: HttpRequest, langue: str) -> HttpResponse:
    """The door (GET), a question or the result (POST); 422 when an answer cannot be read, the rest is kept."""
    screen = request.POST.get("ecran", "")
    try:
        if request.method != "POST":
            return door(request, langue)
        if screen == START:
            return question_page(request, langue, _first(request), "adultes")
        if screen == FILE:
            return result_page(request, langue, all_answered(_uploaded(request)))
        return _answer(request, langue, _state(request), screen)
    except Unreadable as error:
        return door(request, langue, str(error))


@policy("simulation.faire")
@require_POST
@in_language
def fichier(request: HttpRequest, langue: str) -> HttpResponse:
    """The answers as a small file: the case that `palier simuler` reads."""
    try:
        state = _state(request)
    except Unreadable as error:
        return door(request, langue, str(error))
    text = json.dumps(cas_json(state.cas), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


def _state(request: HttpRequest) -> State:
    """The answers that the page carried; questions that do not apply are not counted as answered."""
    state = read_answers(request.POST.get("reponses", ""), clock.today())
    return State(state.cas, state.seen & frozenset(steps(state.cas)))


def _first(request: HttpRequest) -> State:
    """Nothing said yet, but the offre that the door was opened from, if any."""
    return _state(request) if request.POST.get("reponses") else State(Cas(clock.today()))


def _uploaded(request: HttpRequest) -> Cas:
    """The case of the file sent."""
    sent = request.FILES.get("fichier")
    if sent is None:
        raise Unreadable(_("Aucun fichier n'est choisi. Choisissez celui que vous avez enregistré."))
    check_size(sent.size or 0)
    return read_file(sent.read(), clock.today())


def _answer(request: HttpRequest, langue: str, state: State, screen: str) -> HttpResponse:
    """Go where the button says, or read the answer of a screen and go on."""
    asked = request.POST.get("aller", "")
    if asked in steps(state.cas):
        return question_page(request, langue, state, asked)
    if asked == RESULT or screen not in steps(state.cas):
        return _onward(request, langue, state)
    if "inconnu" in request.POST and question_of(state.cas, screen).unknown:
        return _onward(request, langue, answered(state, question_of(state.cas, screen).forgotten(), screen))
    form = question_of(state.cas, screen, request.POST)
    if not form.is_valid():
        return question_page(request, langue, state, screen, form)
    return _onward(request, langue, answered(state, form.applied(), screen))


def _onward(request: HttpRequest, langue: str, state: State) -> HttpResponse:
    """The first question without an answer, else the result."""
    key = next_step(state)
    return question_page(request, langue, state, key) if key else result_page(request, langue, state)


def question_of(cas: Cas, key: str, data: Any = None) -> Question:
    """The form of a question; « naissance-p2 » asks about the person p2."""
    name, _dash, person_id = key.partition("-")
    return QUESTIONS[name](cas, person_id, data)


def frame(langue: str, **context: Any) -> dict[str, Any]:
    """What every page of the simulator holds: its address, and the same page in the other language."""
    other = "en" if langue == "fr" else "fr"
    name, here = {"fr": ("Français", "Lire cette page en français"), "en": ("English", "Read this page in English")}[
        other
    ]
    return {
        "adresse": reverse(PLACES[langue]),
        "adresse_fichier": reverse(f"{PLACES[langue].replace('simulateur', 'simulateur_fichier')}"),
        "autre_langue": (other, name, reverse(PLACES[other]), here),
        "langues": [(other, name, reverse(PLACES[other]))],
        "adresses": [(code, reverse(place)) for code, place in PLACES.items()],
        **context,
    }


def door(request: HttpRequest, langue: str, refusal: str = "") -> HttpResponse:
    """The first page: what it is, start, or take up a file again; `?offre=` names a published offre to test."""
    offre = offre_of(request.GET.get("offre", ""))
    carried = write_answers(state_of(offre, clock.today())) if offre else ""
    context = frame(langue, erreur=refusal, reponses=carried, offre=offre, titre=place_title(offre) if offre else "")
    return render(request, "public/simulateur.html", context, status=422 if refusal else 200)


def question_page(
    request: HttpRequest, langue: str, state: State, key: str, form: Question | None = None
) -> HttpResponse:
    """One question; with its errors (422) when `form` was sent."""
    keys = steps(state.cas)
    context = frame(
        langue,
        form=form or question_of(state.cas, key),
        reponses=write_answers(state),
        ecran=key,
        avant=step_before(state, key),
        fini=not next_step(state),
        chapitre=CHAPTERS[key.partition("-")[0]],
        chapitres=LAST_CHAPTER,
        numero=keys.index(key) + 1,
        total=len(keys),
    )
    return render(request, "public/simulateur_question.html", context, status=422 if form else 200)


def result_page(request: HttpRequest, langue: str, state: State) -> HttpResponse:
    """What the law says, why, what is missing, and every answer with its button to change it."""
    forms = [(key, question_of(state.cas, key)) for key in steps(state.cas)]
    code = state.cas.commune or ""
    commune = resolve_communes([code]).get(code) if code else None
    answer = result(state.cas)
    if commune is not None:
        answer["zones_faits"] = [(_("Commune"), commune.label), *answer["zones_faits"]]
    context = frame(
        langue,
        au=state.cas.au,
        reponses=write_answers(state),
        commune=commune,
        lignes=[{"cle": key, "question": form.heading(), "reponse": form.answer()} for key, form in forms],
        **answer,
    )
    return render(request, "public/simulateur_resultat.html", context)
