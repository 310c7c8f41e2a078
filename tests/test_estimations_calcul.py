"""A territory from its first candidature to its estimates: fits, chances, outlooks; what a page asks; off is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import prod
from typing import Any

import pytest

from palier.attributions import actions as attributions
from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import Refused
from palier.candidatures import actions as candidatures
from palier.candidatures.facts import profil
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.estimations import actions, queries
from palier.estimations.actions import computing
from palier.estimations.calcul import asking, fits
from palier.estimations.models import Ajustement, Estimation, Rejeu
from palier.parc.models import Offre
from tests import attributions_kit as kit
from tests import factories as make
from tests.pages_chances_kit import give_chance

pytestmark = pytest.mark.django_db
NOW = make.NOW
LATER = NOW + timedelta(hours=2)
TERRITOIRE = "territoire-demo"


def owner(demande: Demande) -> Actor:
    return Actor(demande.titulaire_id, "demandeur")


def make_list(number: int = 5, offre: Offre | None = None) -> list[Candidature]:
    """Candidates of one offre, the oldest demande, and so the best placed, first."""
    place = offre or make.make_offre()
    for each in range(number):
        make.make_candidature(place, at=NOW + timedelta(minutes=each), filed=NOW - timedelta(days=900 - 90 * each))
    return list(Candidature.objects.filter(offre=place).in_order().select_related("demande"))


def chances(rows: list[Candidature]) -> list[float]:
    seen = queries.chances_of(rows)
    return [seen[row.pk].proba for row in rows if row.pk in seen]


def offre_of(offre: Offre) -> Offre:
    return Offre.objects.with_place().get(pk=offre.pk)


def known(demande: Demande) -> Any:
    fresh = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)
    return profil(fresh, local_day(NOW))


def test_a_territory_is_estimated_from_its_first_night():
    rows = make_list(4)
    assert list(computing.estimate_all(at=LATER)) == [TERRITOIRE]
    fit, replay = Ajustement.objects.get(), Rejeu.objects.get()
    assert (fit.origine, fit.offres_finies, fit.coupe_le, replay.acheve_le) == ("demonstration", 0, LATER, LATER)
    seen = [queries.chances_of(rows)[row.pk] for row in rows]
    assert [chance.rang for chance in seen] == [1, 2, 3, 4]
    assert [chance.proba for chance in seen] == sorted((chance.proba for chance in seen), reverse=True)
    for chance in seen:
        assert (chance.statut, chance.demonstration, chance.candidatures) == ("insuffisant", True, 4)
        assert 0 < chance.bas80 <= chance.proba <= chance.haut80 < 1
        factors = (chance.f_places, chance.f_devant, chance.f_arrivees, chance.f_dossier)
        assert prod(factors) == pytest.approx(chance.proba, abs=1e-9)
        assert chance.arrivees_devant <= chance.arrivees_attendues
        assert chance.jours_restants == pytest.approx(6.6, abs=0.1)


def test_a_night_without_any_change_writes_no_estimate():
    offre = make_list(3)[0].offre
    make.make_closed(offre)  # the window is over: time alone changes nothing any more
    closed = kit.CLOSED
    computing.refit(TERRITOIRE, at=closed)
    assert computing.estimate_offres([offre.pk], cause="nuit", at=closed) == 3
    assert computing.estimate_offres([offre.pk], cause="nuit", at=closed + timedelta(hours=1)) == 0


def test_a_withdrawal_raises_who_stands_behind_and_leaves_nothing_of_who_left():
    rows = make_list(5)
    computing.estimate_all(at=LATER)
    before = chances(rows)
    candidatures.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0].demande), at=LATER)
    computing.estimate_offres([rows[0].offre_id], cause="candidature.retiree", at=LATER)
    after = chances(rows)
    assert len(after) == 4
    assert all(new > old for new, old in zip(after, before[1:], strict=True))
    assert not Estimation.objects.filter(candidature=rows[0]).exists()


def test_time_alone_changes_a_chance_while_the_list_is_open():
    rows = make_list(4)
    computing.estimate_all(at=LATER)
    last = rows[-1].pk
    first = queries.chances_of(rows)[last]
    computing.estimate_offres([rows[0].offre_id], cause="nuit", at=LATER + timedelta(days=4))
    assert queries.chances_of(rows)[last].arrivees_attendues < first.arrivees_attendues


def test_whoever_is_off_counts_in_the_list_of_others_and_is_estimated_nothing():
    rows = make_list(4)
    actions.switch(demande_id=rows[1].demande_id, off=True, by=owner(rows[1].demande), at=NOW)
    computing.estimate_all(at=LATER)
    assert set(queries.chances_of(rows)) == {rows[0].pk, rows[2].pk, rows[3].pk}
    assert queries.chances_of(rows)[rows[2].pk].rang == 3
    assert not Estimation.objects.filter(demande=rows[1].demande).exists()
    assert queries.chances_before(known(rows[1].demande), [make.make_offre()], LATER) == {}
    fresh = Demande.objects.get(pk=rows[1].demande_id)
    assert (queries.what_if(fresh, actions=[], now=LATER), queries.zones_of(fresh, LATER)) == (None, None)


def test_switched_on_again_everything_comes_back():
    rows = make_list(3)
    computing.estimate_all(at=LATER)
    before = chances(rows)
    for off in (True, False):
        actions.switch(demande_id=rows[0].demande_id, off=off, by=owner(rows[0].demande), at=LATER)
    assert len(chances(rows)) == 2
    computing.estimate_offres([rows[0].offre_id], cause="demande.estimations_remises", at=LATER)
    computing.estimate_demandes([rows[0].demande_id], cause="demande.estimations_remises", at=LATER)
    assert chances(rows) == before
    assert queries.perspective_of(rows[0].demande) is not None


def test_the_chance_before_applying_is_the_chance_after():
    rows = make_list(4)
    computing.refit(TERRITOIRE, at=LATER)
    demande = make.make_demande(filed=NOW - timedelta(days=500))
    offre = Offre.objects.with_place().get(pk=rows[0].offre_id)
    said = queries.chances_before(known(demande), [offre], LATER)[offre.pk]
    mine = make.make_candidature(offre, demande, at=LATER)
    computing.estimate_offres([offre.pk], cause="candidature.deposee", at=LATER)
    stored = queries.chances_of([mine], now=LATER)[mine.pk]
    for name in ("proba", "bas80", "haut80", "rang", "candidatures", "arrivees_devant", "f_devant", "f_dossier"):
        assert getattr(said, name) == pytest.approx(getattr(stored, name), abs=1e-12), name


def test_a_page_of_offres_asks_as_many_queries_as_one(django_assert_num_queries: Any):
    offres = [make_list(2)[0].offre for _ in range(4)]
    computing.refit(TERRITOIRE, at=LATER)
    asked = list(Offre.objects.with_place().filter(pk__in=[each.pk for each in offres]).order_by("pk"))
    who = known(make.make_demande())
    queries.chances_before(who, asked, LATER)  # the fit is read once a process
    for few in (asked[:1], asked):
        with django_assert_num_queries(2):
            assert len(queries.chances_before(who, few, LATER)) == len(few)


def test_no_more_than_a_page_is_computed(monkeypatch: pytest.MonkeyPatch):
    offres = [make_list(1)[0].offre for _ in range(3)]
    computing.refit(TERRITOIRE, at=LATER)
    asked = list(Offre.objects.with_place().filter(pk__in=[each.pk for each in offres]))
    most = replace(limits.LIMITS["estimation_demande_au_plus"], value=2)
    monkeypatch.setitem(limits.LIMITS, "estimation_demande_au_plus", most)
    assert len(queries.chances_before(known(make.make_demande()), asked, LATER)) == 2


@pytest.fixture
def enough(monkeypatch: pytest.MonkeyPatch):
    """The chances computed on request rest on data enough."""
    real = asking.chances_before

    def sure(*args: Any) -> dict[Any, Any]:
        return {pk: replace(each, statut="ok", bas80=max(each.proba, 0.02)) for pk, each in real(*args).items()}

    monkeypatch.setattr(asking, "chances_before", sure)


@pytest.mark.usefixtures("enough")
def test_better_offres_come_best_first_and_may_be_applied_to():
    crowded, quiet = make_list(5)[0].offre, make_list(1)[0].offre
    adapted = make.make_offre(adapte=True)
    computing.refit(TERRITOIRE, at=LATER)
    found = queries.best_offres(known(make.make_demande()), LATER)
    assert [offre.pk for offre, _ in found] == [quiet.pk, crowded.pk]
    assert adapted.pk not in {offre.pk for offre, _ in found}


@pytest.mark.usefixtures("enough")
def test_better_means_better_than_the_weakest_chance_held():
    crowded, quiet = make_list(5)[0].offre, make_list(1)[0].offre
    computing.refit(TERRITOIRE, at=LATER)
    demande = make.make_demande()
    would = {offre.pk: vue.proba for offre, vue in queries.best_offres(known(demande), LATER)}
    between = (would[crowded.pk] + would[quiet.pk]) / 2
    held = make.make_candidature(demande=demande)
    give_chance(held, between, between - 0.01, between + 0.01, fit=Ajustement.objects.get())
    assert [offre.pk for offre, _ in queries.best_offres(known(demande), LATER)] == [quiet.pk]
    give_chance(held, 0.999, 0.99, 1.0, fit=Ajustement.objects.get())
    assert queries.best_offres(known(demande), LATER) == []


def test_an_offre_is_not_better_without_a_number_nor_below_one_in_a_hundred(monkeypatch: pytest.MonkeyPatch):
    offre = make_list(1)[0].offre
    computing.refit(TERRITOIRE, at=LATER)
    who, real = known(make.make_demande()), asking.chances_before
    assert queries.best_offres(who, LATER) == [], "data are too few"
    for low, found in ((0.01, []), (0.011, [offre.pk])):
        said = {pk: replace(each, statut="ok", bas80=low) for pk, each in real(who, [offre_of(offre)], LATER).items()}
        monkeypatch.setattr(asking, "chances_before", lambda *args, said=said: said)
        assert [each.pk for each, _ in queries.best_offres(who, LATER)] == found


def test_a_demande_without_replayed_offres_says_that_data_are_too_few():
    row = make_list(1)[0]
    computing.estimate_all(at=LATER)
    outlook = queries.perspective_of(row.demande)
    assert outlook is not None
    assert (outlook.statut, outlook.offres_rejouees, outlook.annonces_12m) == ("insuffisant", 0, 1)
    assert len(outlook.courbe) == 36
    assert outlook.au == local_day(LATER)
    assert queries.leviers_of(row.demande) == ()


def test_those_who_stand_before_the_commission_are_available_for_sure():
    world = kit.closed()
    computing.refit(TERRITOIRE, at=kit.CLOSED)
    computing.estimate_offres([world.offre.pk], cause="offre.cloturee", at=kit.CLOSED)
    unsure = chances(world.candidates[:3])
    choices = [each.pk for each in world.candidates[:3]]
    attributions.designate(offre_id=world.offre.pk, choices=choices, skipped={}, by=world.reservataire, at=kit.CLOSED)
    computing.estimate_offres([world.offre.pk], cause="candidature.designee", at=kit.CLOSED)
    sure = chances(world.candidates[:3])
    assert sure[2] < unsure[2]  # two are really there before the third
    assert 0 < sure[2] < sure[1] < sure[0]


def test_who_was_reached_for_in_vain_leaves_the_list_at_once():
    world = kit.closed()
    computing.refit(TERRITOIRE, at=kit.CLOSED)
    first, second = world.candidates[:2]
    for kind in ("contacte", "injoignable"):
        attributions.record_contact(candidature_id=first.pk, type=kind, by=world.reservataire, at=kit.CLOSED)
    computing.estimate_offres([world.offre.pk], cause="candidature.contact", at=kit.CLOSED)
    seen = queries.chances_of(world.candidates)
    assert first.pk not in seen
    assert (seen[second.pk].rang, seen[second.pk].candidatures) == (1, 3)


def test_the_order_of_a_commission_gives_odds_to_those_who_wait():
    world = kit.proposed()
    computing.refit(TERRITOIRE, at=kit.DECIDED)
    computing.estimate_offres([world.offre.pk], cause="proposition.envoyee", at=kit.DECIDED)
    computing.estimate_demandes([world.candidates[0].demande_id], cause="proposition.envoyee", at=kit.DECIDED)
    first, second, third = (Candidature.objects.get(pk=each.pk) for each in world.candidates[:3])
    odds = [queries.suite_of(each) for each in (first, second, third)]
    assert odds[0] is None
    assert odds[1] is not None
    assert odds[2] is not None
    assert (odds[1].rang_decide, odds[2].rang_decide) == (2, 3)
    assert 0 < odds[2].proba < odds[1].proba < 1
    assert odds[1].bas80 <= odds[1].proba <= odds[1].haut80
    assert odds[1].liberee_le is not None
    waiting = queries.attendre_of(world.proposition(0))
    assert waiting is not None
    assert waiting.bas80 <= waiting.p12 <= waiting.haut80
    assert waiting.statut == "insuffisant"


def test_an_accepted_dwelling_leaves_no_odds_to_those_behind():
    world = kit.proposed()
    computing.refit(TERRITOIRE, at=kit.DECIDED)
    computing.estimate_offres([world.offre.pk], cause="proposition.envoyee", at=kit.DECIDED)
    assert Estimation.objects.filter(genre="suite").count() == 2
    kit.answer(world, 0, "accepter", kit.DECIDED + timedelta(days=1))
    computing.estimate_offres([world.offre.pk], cause="proposition.acceptee", at=kit.DECIDED + timedelta(days=1))
    assert not Estimation.objects.filter(genre="suite").exists()


def test_an_action_that_is_not_in_the_list_is_refused():
    row = make_list(1)[0]
    computing.estimate_all(at=LATER)
    for wrong in ("", "revenu:3000", "typologie:T9", "commune:", "enfants:4", "secteur:tout"):
        with pytest.raises(Refused):
            queries.what_if(row.demande, actions=[wrong], now=LATER)


def test_a_fit_is_parsed_once_and_the_next_night_is_read(django_assert_max_num_queries: Any):
    row = make_list(1)[0]
    computing.estimate_all(at=LATER)
    first = fits.replay_of(TERRITOIRE)
    assert first is not None
    assert fits.replay_of(TERRITOIRE).replay is first.replay
    tomorrow = LATER + timedelta(days=1)
    computing.estimate_all(at=tomorrow)
    again = fits.replay_of(TERRITOIRE)
    assert again is not None
    assert again.replay.au > first.replay.au
    fresh = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=row.demande_id)
    with django_assert_max_num_queries(7):
        assert queries.what_if(fresh, actions=["typologie:T2"], now=tomorrow) is not None
    with django_assert_max_num_queries(7):
        assert queries.zones_of(fresh, tomorrow) is not None


@pytest.mark.parametrize("field", ["proba", "bas", "haut"])
def test_every_stored_number_is_a_number(field: str):
    make_list(4)
    kit.proposed()
    computing.estimate_all(at=kit.DECIDED)
    values = Estimation.objects.values_list(field, flat=True)
    assert all(value is None or 0 <= value <= 1 for value in values)
    assert "NaN" not in str(list(Estimation.objects.values_list("detail", flat=True)))
