"""A study of a grid before a vote: its life, what it counts, whom it hides, whose territory."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from palier.base import clock
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Classement, ClassementLigne
from palier.droit.cotation import coter, lire_grille
from palier.etudes import actions, calcul, facts, queries, rules, running, tasks
from palier.etudes.models import Etude
from palier.journal.models import Event
from tests import factories as make
from tests.etudes_kit import CURRENT, DRAFT, make_collectivite, make_people, study


@pytest.mark.django_db
def test_a_territory_of_few_demandes_gets_no_figure():
    etude = study(make_people(5))
    assert etude.state == "terminee"
    assert etude.resultat["ensemble"] is None
    assert etude.resultat["axes"] == []


@pytest.mark.django_db
def test_only_demandes_that_ask_for_the_territory_count():
    by = make_people(12)
    make.make_demande(state="deposee", perimetre={"prioritaires": ["75056"], "secondaires": []})
    make.make_demande(state="brouillon")
    assert study(by).resultat["ensemble"]["demandes"] == 12


@pytest.mark.django_db
def test_who_may_ask_and_on_what():
    by = make_people(1)
    bailleur = make.make_bailleur()[1]
    with pytest.raises(NotVisible):
        actions.launch_etude(texte=DRAFT, by=bailleur, at=make.NOW)
    for texte, code in (
        ("pas une grille", "grille_invalide"),
        (CURRENT, "etude_meme_grille"),
        (DRAFT.replace("fictif = true", "partiel = true"), "grille_partielle"),
    ):
        with pytest.raises(Refused) as refused:
            actions.launch_etude(texte=texte, by=by, at=make.NOW)
        assert refused.value.code == code
    elsewhere = make_collectivite("200000000")
    with pytest.raises(Refused) as refused:
        actions.launch_etude(texte=DRAFT, by=elsewhere, at=make.NOW)
    assert refused.value.code == "etude_territoire"
    assert not Etude.objects.exists()


@pytest.mark.django_db
def test_one_study_at_a_time_and_its_own_collectivite_alone():
    by = make_people(1)
    first = actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)
    other = make_collectivite("244400405")
    assert list(Etude.objects.visible_to(by)) == [first]
    assert not Etude.objects.visible_to(other).exists()
    assert not Etude.objects.visible_to(make.make_bailleur()[1]).exists()
    with pytest.raises(NotVisible):
        actions.stop_etude(etude_id=first.pk, by=other, at=make.NOW)
    with pytest.raises(Refused) as refused:
        actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)
    assert refused.value.code == "etude_deja_en_cours"


@pytest.mark.django_db
def test_a_stopped_study_keeps_nothing_and_can_be_asked_again():
    by = make_people(2)
    asked = actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)
    actions.stop_etude(etude_id=asked.pk, by=by, at=make.NOW)
    running.run(asked.pk, now=clock.now)
    stopped = Etude.objects.get(pk=asked.pk)
    assert (stopped.state, stopped.resultat, stopped.lues) == ("arretee", None, 0)
    assert study(by).state == "terminee"
    kinds = Event.objects.filter(aggregate_id=asked.pk).order_by("n").values_list("kind", flat=True)
    assert list(kinds) == ["etude.demandee", "etude.arretee"]


@pytest.mark.django_db
def test_a_stop_is_seen_between_two_lots(monkeypatch: pytest.MonkeyPatch):
    by = make_people(3)
    monkeypatch.setattr(queries, "number", lambda name: 1)
    asked = actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)
    counted: list[int] = []
    note = actions.note_progress

    def stopping(*, etude_id: Any, lues: int) -> bool:
        counted.append(lues)
        if lues == 2:
            actions.stop_etude(etude_id=etude_id, by=by, at=make.NOW)
        return note(etude_id=etude_id, lues=lues)

    monkeypatch.setattr(actions, "note_progress", stopping)
    running.run(asked.pk, now=clock.now)
    stopped = Etude.objects.get(pk=asked.pk)
    assert counted == [1, 2]
    assert (stopped.state, stopped.resultat, stopped.lues, stopped.total) == ("arretee", None, 1, 3)
    assert stopped.progres == 33


@pytest.mark.django_db
def test_a_study_whose_worker_died_is_taken_up_again():
    by = make_people(12)
    asked = actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)
    actions.start_etude(etude_id=asked.pk, total=12, at=make.NOW)
    actions.note_progress(etude_id=asked.pk, lues=5)
    tasks.take_up(0)
    assert Etude.objects.get(pk=asked.pk).state == "en_cours", "it beats: its worker lives"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE etudes_etude SET battement = now() - interval '2 minutes'")
    assert queries.silent() == [asked.pk]
    tasks.take_up(0)
    done = Etude.objects.get(pk=asked.pk)
    assert (done.state, done.lues) == ("terminee", 12)
    tasks.calculate(Event.objects.get(kind="etude.demandee", aggregate_id=asked.pk).pk)
    assert Etude.objects.get(pk=asked.pk).resultat == done.resultat


@pytest.mark.django_db
def test_a_grid_that_expects_another_kind_of_fact_fails_with_its_reason():
    by = make_people(1)
    wrong = DRAFT.replace('si = "situation.handicap"', 'si = "anciennete_mois"')
    etude = study(by, wrong)
    assert (etude.state, etude.motif_echec) == ("echouee", "grille_illisible")
    assert etude.echec_label


@pytest.mark.django_db
def test_any_other_fault_ends_the_study_and_says_so(monkeypatch: pytest.MonkeyPatch):
    by = make_people(1)

    def broken(*_: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(running, "_replay", broken)
    assert study(by).motif_echec == "panne"


@pytest.mark.django_db
def test_closed_lists_are_counted_again_from_their_frozen_facts():
    by = make_people(0)
    bailleur = make.make_bailleur()[1]
    offre = make.make_offre(bailleur)
    for number in range(12):
        alone = {"menage": {"personnes": []}} if number < 6 else {}
        demande = make.make_demande(filed=make.NOW - timedelta(days=65 * (20 - number)), **alone)
        make.make_candidature(offre, demande)
    make.make_closed(offre)
    short = make.make_offre(bailleur)
    make.make_candidature(short, demande)
    make.make_closed(short)
    offres = study(by).resultat["offres"]
    assert (offres["listes"], offres["laissees"], offres["autres"]) == (1, 1, 0)
    assert set(offres) == {"listes", "laissees", "autres", "places", "changent", "touchees", "premiers"}
    assert offres["changent"] is offres["touchees"] is offres["premiers"] is None, "one list tells of a few persons"
    lines = list(ClassementLigne.objects.filter(classement__offre=offre).order_by("rang"))
    found = facts.Lists(lire_grille(CURRENT), lire_grille(DRAFT)).places(lines[0].classement)
    au, draft = lines[0].classement.au, lire_grille(DRAFT)
    again = sorted(found, key=lambda p: (-coter(draft, p.faits, au).points, p.anciennete_le, p.cle))
    changed = sum(place.rang > 3 for place in again[:3])
    assert [line.points for line in lines] == [coter(lire_grille(CURRENT), p.faits, au).points for p in found]
    assert changed >= 1, "parents pass before single persons"
    classement = lines[0].classement
    assert running._row(classement, found, draft) == calcul.Liste(3, changed, again[0].rang != 1)


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ([0] * 30, (0, 0, 0)),
        ([1] * 12 + [0] * 18, (12, 12, 12)),
        ([1] * 10 + [0] * 20, (None, None, None)),
        ([1] * 20 + [0] * 10, (None, None, None)),
        ([3] * 30, (90, 30, 30)),
        ([2] * 12 + [0] * 11, (24, 12, 12)),
    ],
)
def test_closed_lists_are_added_up_and_few_are_hidden(changed, shown):
    found = calcul.remues([calcul.Liste(3, each, each > 0) for each in changed], 11)
    assert (found["changent"], found["touchees"], found["premiers"]) == shown
    assert (found["listes"], found["places"]) == (len(changed), 3 * len(changed))


@pytest.mark.django_db
def test_a_protected_fact_is_never_crossed_with_another():
    by = make_people(0)
    crossed = DRAFT.replace('si = "situation.handicap"', 'si = "situation.handicap et menage.personnes == 3"')
    assert crossed != DRAFT
    with pytest.raises(Refused, match="croise un fait protégé"):
        actions.launch_etude(texte=crossed, by=by, at=make.NOW)
    actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)


@pytest.mark.django_db
def test_a_day_has_so_many_studies():
    by = make_people(0)
    for number in range(rules.number("par_jour")):
        found = actions.launch_etude(texte=DRAFT, by=by, at=make.NOW + timedelta(seconds=number))
        actions.stop_etude(etude_id=found.pk, by=by, at=make.NOW + timedelta(seconds=number))
    with pytest.raises(Refused, match="depuis hier"):
        actions.launch_etude(texte=DRAFT, by=by, at=make.NOW + timedelta(hours=23))
    actions.launch_etude(texte=DRAFT, by=by, at=make.NOW + timedelta(days=1))


@pytest.mark.django_db
def test_a_draft_that_reads_more_than_was_frozen_reads_the_file():
    make_people(0)
    offre = make.make_offre(make.make_bailleur()[1])
    for number in range(12):
        situation = {"situation": {"sortant_act": True}} if number == 11 else {}
        demande = make.make_demande(filed=make.NOW - timedelta(days=40 * (20 - number)), **situation)
        make.make_candidature(offre, demande)
    make.make_closed(offre)
    more = DRAFT.replace('si = "situation.handicap"\n  piece = "HANDICAP"', 'si = "situation.sortant_act"')
    assert "sortant_act" in more
    draft = lire_grille(
        more.replace('points = 15\n  si = "situation.sortant', 'points = 200\n  si = "situation.sortant')
    )
    classement = Classement.objects.get(offre=offre)
    places = facts.Lists(lire_grille(CURRENT), draft).places(classement)
    assert running._row(classement, places, draft) == calcul.Liste(3, 1, True)


def test_the_web_does_not_load_numpy():
    code = (
        "import django, sys; django.setup(); import palier.config.urls, palier.etudes.tasks;"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "print(sorted({'numpy', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
