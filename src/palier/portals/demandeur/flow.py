"""The way through the questions: which apply, which are answered, which comes next, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from palier.base import clock
from palier.demandes import queries, rules
from palier.demandes.enums import RolePersonne
from palier.demandes.models import Demande, Personne
from palier.portals.demandeur.common import page_context
from palier.portals.demandeur.questions import CHAPTERS, PERIMETRE, QUESTIONS, RELECTURE, Question
from palier.portals.forms import NBSP

MODE, ONE, WHOLE = "questions", "une", "toutes"
"""Session key and values: one question a page, or a whole chapter."""
LAST_CHAPTER = max(number for number, _title in CHAPTERS.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is asked now: of whom, and whether it was answered."""

    step: str
    key: str
    question: type[Question] | None
    person: Personne | None
    answered: bool
    optional: bool

    @property
    def url(self) -> str:
        """The page of the question."""
        if self.question is None:
            return reverse("demandeur:etape", args=[self.step])
        return reverse("demandeur:question", args=[self.step, self.key])

    def form(self, demande: Demande, data: object = None) -> Question:
        """Its form, filled with what is stored, or bound to what was posted."""
        assert self.question is not None
        return self.question(demande, self.person, data)


def asked(demande: Demande) -> list[Asked]:
    """Every question that applies now, in order: the perimeter comes before the dwelling."""
    found: list[Asked] = []
    said = frozenset(demande.reponses)
    for question in QUESTIONS:
        if question.step == "logement" and not any(each.step == PERIMETRE for each in found):
            found.append(Asked(PERIMETRE, PERIMETRE, None, None, bool(demande.communes.all()), optional=False))
        if queries.holder_of(demande) is None and question.step != "identite":
            continue
        for person in question.asked_of(demande):
            if _answers_alone(person):
                continue
            key = question.slug if person is None else f"{question.slug}-{person.pk.hex[-12:]}"
            done = _answered(demande, question.step, key, said)
            found.append(Asked(question.step, key, question, person, done, question.optional))
    return found


def _answers_alone(person: Personne | None) -> bool:
    """True for the other adult who shares the demande under an account: their answers are theirs to give (AC-9)."""
    return person is not None and person.role != RolePersonne.DEMANDEUR and rules.account_of(person) is not None


def _answered(demande: Demande, step: str, key: str, said: frozenset[str]) -> bool:
    """A step saved whole (another door than these pages) has all its answers."""
    return f"{step}.{key}" in said or (step in demande.etapes and not any(each.startswith(f"{step}.") for each in said))


def is_known(key: str) -> bool:
    """Whether a question of this address exists, even if it does not apply now."""
    return any(key == each.slug or key.startswith(f"{each.slug}-") for each in QUESTIONS)


def of_step(demande: Demande, step: str) -> list[Asked]:
    """The questions of one step."""
    return [each for each in asked(demande) if each.step == step and each.question is not None]


def completes(demande: Demande, step: str, keys: set[str]) -> bool:
    """Whether the step has all its answers once these are given."""
    return all(each.answered or each.optional or each.key in keys for each in of_step(demande, step))


def resume(demande: Demande) -> str:
    """Where to go on: the first question without an answer, else the last reading."""
    return after(demande, "", "")


def after(demande: Demande, step: str, key: str, *, whole: bool = False) -> str:
    """The next question without an answer after this one, else the first without, else the last reading.

    `whole`: the chapter that asks it.
    """
    every = asked(demande)
    place = next((rank for rank, each in enumerate(every) if (each.step, each.key) == (step, key)), -1)
    waiting = [each for each in (*every[place + 1 :], *every[: place + 1]) if not each.answered]
    if waiting and not whole:
        return waiting[0].url
    return reverse("demandeur:etape", args=[waiting[0].step if waiting else RELECTURE])


def before(demande: Demande, step: str, key: str) -> str:
    """The question before this one; "" before the first."""
    every = asked(demande)
    place = next((rank for rank, each in enumerate(every) if (each.step, each.key) == (step, key)), 0)
    return every[place - 1].url if place else ""


def rank_of(demande: Demande, step: str, key: str) -> tuple[int, int]:
    """« Question 5 sur 31 »: the last reading counts as one."""
    every = asked(demande)
    place = next((rank for rank, each in enumerate(every, start=1) if (each.step, each.key) == (step, key)), 0)
    return place, len(every) + 1


def one_by_one(request: HttpRequest) -> bool:
    """Whether to ask one question a page: the person's choice, else what their device says of itself."""
    chosen = request.session.get(MODE)
    if chosen in (ONE, WHOLE):
        return bool(chosen == ONE)
    hint = request.headers.get("Sec-CH-UA-Mobile", "")
    return hint == "?1" or (hint == "" and "Mobi" in request.headers.get("User-Agent", ""))


def saved_at(demande: Demande) -> str:
    """The hour of the last answer kept: « 8 h 05 », with its day when it is not today; "" before the first."""
    at = queries.saved_at(demande)
    if at is None:
        return ""
    local = timezone.localtime(at)
    hour = f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"
    return hour if local.date() == clock.today() else f"{hour}, le {local:%d/%m/%Y}"


def step_context(demande: Demande, step: str, key: str = "", *, hour: bool = True) -> dict[str, Any]:
    """Where the page stands: chapter, question, page before, version, hour of the last answer (one query more)."""
    rank, total = rank_of(demande, step, key) if key else (0, 0)
    first = next((each.key for each in asked(demande) if each.step == step), "")
    return page_context(
        demande,
        etape=step,
        chapitre=CHAPTERS[step][0],
        chapitre_titre=CHAPTERS[step][1],
        chapitres=LAST_CHAPTER,
        rang=rank,
        total=total,
        enregistre=saved_at(demande) if hour else "",
        precedente=before(demande, step, key or first),
        version=demande.version,
        brouillon=demande.state == "brouillon",
    )
