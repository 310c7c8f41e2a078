"""The movement since the last visit and its reasons: exact, dated for oneself, counts alone for others (V1, V3, V4)."""

from __future__ import annotations

import html
import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures import actions
from palier.candidatures.models import Candidature, RangVu
from palier.candidatures.queries import Movement, Reasons, movements, rank, with_place
from palier.demandes.models import Demande
from palier.parc.models import Offre
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Keys = dict[Any, tuple[int, Any, str]]


def owner(row: Candidature) -> Actor:
    return Actor(row.demande.titulaire_id, "demandeur")


def placed(row: Candidature) -> Candidature:
    return with_place(Candidature.objects.filter(pk=row.pk)).get()


def look(row: Candidature, at: Any) -> None:
    """A visit of the list of candidatures."""
    fresh = placed(row)
    found = rank(fresh)
    assert found is not None
    actions.note_rank_seen([(fresh, found)], at=at)


def moved(row: Candidature, at: Any) -> Movement:
    return movements([placed(row)], at)[row.pk]


def crowd(offre: Offre, *days: int, **steps: Any) -> list[Candidature]:
    return [make.make_candidature(offre, filed=make.NOW - timedelta(days=each), **steps) for each in days]


def snapshot(offre: Offre) -> Keys:
    rows = Candidature.objects.live().filter(offre=offre)
    return {row.pk: (row.points_ordre, row.anciennete_le, row.cle_egalite) for row in rows}


def expected(before: Keys, after: Keys, mine: Any, left: dict[Any, str]) -> Reasons:
    """The reasons from two pictures of the whole list, taken without any trace of what happened in between."""
    counts = dict.fromkeys(("arrivees", "retraits", "sorties", "gagnees", "perdues", "recules", "depasses"), 0)
    own0, own1 = before[mine], after[mine]
    for other in (before.keys() | after.keys()) - {mine}:
        then, now = before.get(other), after.get(other)
        if then is None:
            counts["arrivees"] += after[other] < own1
        elif now is None:
            counts["retraits" if left[other] == "retiree" else "sorties"] += then < own0
        else:
            counts["gagnees"] += then < own0 and not then < own1
            counts["perdues"] += not then < own0 and then < own1
            counts["recules"] += then < own1 and not now < own1
            counts["depasses"] += not then < own1 and now < own1
    return Reasons(**counts)


class Story:
    """Random real acts on one offre, each a minute after the last."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.offre = make.make_offre(days=8)
        claims = {"dalo": True, "mobilite_professionnelle": True}
        self.rows = crowd(self.offre, *self.draw.sample(range(20, 300), 9), situation=claims)
        self.waiting = [
            make.make_demande(filed=make.NOW - timedelta(days=self.draw.randint(20, 300)), situation=claims)
            for _ in range(3)
        ]
        self.at = make.NOW + timedelta(hours=1)
        for row in self.draw.sample(self.rows, 4):
            self._prove(row)
        self.mine = Candidature.objects.filter(offre=self.offre).in_order()[5]

    def act(self) -> None:
        self.at += timedelta(minutes=1)
        getattr(self, self.draw.choice(("arrive", "withdraw", "leave", "prove", "prove", "unprove", "drop", "own")))()

    def other(self) -> Candidature | None:
        live = [row for row in self.rows if row.pk != self.mine.pk and row.pk in snapshot(self.offre)]
        return self.draw.choice(live) if live else None

    def arrive(self) -> None:
        if self.waiting:
            self.rows.append(make.make_candidature(self.offre, self.waiting.pop(), at=self.at))

    def withdraw(self) -> None:
        if row := self.other():
            actions.withdraw_candidature(candidature_id=row.pk, by=owner(row), at=self.at)

    def leave(self) -> None:
        if row := self.other():
            actions.close_other_candidatures(
                demande_id=row.demande_id, motif="loge_ailleurs", by=Actor.system(), at=self.at
            )

    def prove(self) -> None:
        self._prove(self.other())

    def own(self) -> None:
        self._prove(self.mine)

    def _prove(self, row: Candidature | None) -> None:
        if row is not None:
            make.make_piece(row.demande, self.draw.choice(("DALO", "MUTATION_PRO")), at=self.at)

    def unprove(self) -> None:
        """The claim itself is taken back: its points are lost whatever was proved."""
        if row := self.other():
            self._answer(row, {})

    def drop(self) -> None:
        self._answer(self.mine, {"mobilite_professionnelle": True})

    def _answer(self, row: Candidature, situation: dict[str, Any]) -> None:
        demande = Demande.objects.get(pk=row.demande_id)
        actions.declare_change(
            demande_id=demande.pk, step="situation", data=situation, version=demande.version, by=owner(row), at=self.at
        )


@pytest.mark.parametrize("seed", range(5))
def test_the_reasons_are_what_happened_and_add_up(seed: int):
    story = Story(seed)
    for _ in range(3):
        story.act()
    look(story.mine, story.at)
    before = snapshot(story.offre)
    seen = rank(placed(story.mine)).rang
    for _ in range(10):
        story.act()
    after, tomorrow = snapshot(story.offre), story.at + DAY
    left = dict(Candidature.objects.filter(offre=story.offre).values_list("pk", "state"))
    found = moved(story.mine, tomorrow)
    now = rank(placed(story.mine)).rang
    if min(len(before), len(after)) < 5:
        assert found.raisons is None
        return
    assert found.raisons == expected(before, after, story.mine.pk, left)
    assert found.raisons.places == seen - now
    own = sum(each.points for each in found.propres)
    assert own == before[story.mine.pk][0] - after[story.mine.pk][0]


# What the page says -------------------------------------------------------------------------------------------------


def text_of(answer: Any) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def page_of(row: Candidature, at: Any, path: str = "/candidatures/") -> str:
    clock.set_now(at)
    client = Client()
    client.force_login(row.demande.titulaire)
    return text_of(client.get(path))


def scene() -> tuple[Offre, list[Candidature], Candidature]:
    """Six in a list, best first; the last but one is mine."""
    offre = make.make_offre()
    rows = crowd(offre, 600, 500, 400, 300, 200, 100, situation={"dalo": True})
    mine = rows[4]
    page_of(mine, make.NOW)
    return offre, rows, mine


def test_a_withdrawal_is_told_without_a_name_nor_a_date():
    _, rows, mine = scene()
    actions.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0]), at=make.NOW + timedelta(hours=3))
    page = page_of(mine, make.NOW + DAY)
    assert "1 place gagnée depuis votre visite, hier (5e). 1 personne devant vous a retiré sa candidature." in page
    assert rows[0].pseudonyme not in page


def test_an_arrival_an_exit_and_a_proof_of_another_are_counted():
    offre, rows, mine = scene()
    later = make.NOW + timedelta(hours=3)
    make.make_candidature(offre, filed=make.NOW - 900 * DAY, at=later)
    make.make_candidature(offre, filed=make.NOW - 10 * DAY, at=later)
    actions.close_other_candidatures(demande_id=rows[1].demande_id, motif="loge_ailleurs", by=Actor.system(), at=later)
    make.make_piece(rows[5].demande, "DALO", at=later)
    page = page_of(mine, make.NOW + DAY)
    assert "1 place perdue depuis votre visite, hier (5e)" in page
    assert "1 personne est arrivée devant vous" in page, "the one behind does not count"
    assert "1 candidature devant vous s'est terminée" in page
    assert "1 personne a plus de points et passe devant vous" in page


def test_my_own_points_are_dated_with_their_cause():
    _, _, mine = scene()
    make.make_piece(mine.demande, "DALO", at=make.NOW + timedelta(hours=3))
    page = page_of(mine, make.NOW + DAY)
    assert "4 places gagnées" in page
    assert "4 places gagnées par vos points" in page
    assert "60 points de plus le mardi 24 nov. : une pièce." in page


def test_what_others_did_is_not_told_for_a_look_less_than_a_day_old():
    """Five minutes after an act, a reason would date it to the minute: the list has changed, and nothing more."""
    _, rows, mine = scene()
    make.make_piece(rows[5].demande, "DALO", at=make.NOW + timedelta(minutes=2))
    for path in ("/candidatures/", f"/candidatures/{mine.pk}/rang/"):
        page = page_of(mine, make.NOW + timedelta(minutes=5), path)
        assert "1 place perdue depuis votre visite, aujourd'hui (5e). La liste a changé : 1 place perdue." in page
        assert "passe devant vous" not in page


def test_what_others_did_is_told_once_the_look_is_a_day_old():
    offre, rows, mine = scene()
    soon = make.NOW + timedelta(minutes=2)
    make.make_piece(rows[5].demande, "DALO", at=soon)
    actions.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0]), at=soon)
    make.make_candidature(offre, filed=make.NOW - 900 * DAY, at=soon)
    assert moved(mine, make.NOW + timedelta(hours=22, minutes=59)).raisons == Reasons(liste=-1)
    assert moved(mine, make.NOW + DAY).raisons == Reasons(retraits=1, arrivees=1, depasses=1)


def test_my_own_points_are_told_at_once_apart_from_the_list():
    _, rows, mine = scene()
    soon = make.NOW + timedelta(minutes=2)
    actions.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0]), at=soon)
    make.make_piece(mine.demande, "DALO", at=soon)
    found = moved(mine, make.NOW + timedelta(minutes=5))
    assert (found.places, found.raisons) == (4, Reasons(gagnees=3, liste=1))
    assert [each.points for each in found.propres] == [60]


def test_below_five_only_the_count():
    offre = make.make_offre()
    rows = crowd(offre, 400, 300, 200, 100)
    page_of(rows[3], make.NOW)
    actions.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0]), at=make.NOW + timedelta(hours=3))
    page = page_of(rows[3], make.NOW + DAY)
    assert "1 place gagnée" in page
    assert "Moins de 5 candidatures : les raisons ne sont pas détaillées." in page
    assert "a retiré sa candidature" not in page


def test_a_second_look_the_same_day_still_says_the_movement():
    _, rows, mine = scene()
    actions.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0]), at=make.NOW + timedelta(hours=3))
    assert "1 place gagnée" in page_of(mine, make.NOW + DAY)
    assert "1 place gagnée" in page_of(mine, make.NOW + DAY + timedelta(hours=2))
    assert "Pas de changement depuis votre visite (hier)." in page_of(mine, make.NOW + 2 * DAY)


def test_what_was_being_written_during_the_visit_is_said_apart():
    """An act dated before the visit that commits after it: the sum still is the movement."""
    offre, _, mine = scene()
    make.make_candidature(offre, filed=make.NOW - 900 * DAY, at=make.NOW - timedelta(seconds=1))
    found = moved(mine, make.NOW + DAY)
    assert (found.sens, found.places, found.raisons) == ("down", 1, Reasons(autres=-1))
    assert "1 place perdue pendant votre visite précédente" in page_of(mine, make.NOW + DAY)


def test_a_look_that_kept_no_key_says_the_movement_alone():
    _, _, mine = scene()
    RangVu.objects.filter(candidature=mine).update(rang=6, points=None, avant_vu_le=None)
    found = moved(mine, make.NOW + DAY)
    assert (found.sens, found.places, found.raisons, found.peu) == ("up", 1, None, False)


def test_a_closed_list_moves_no_more():
    offre, _, mine = scene()
    make.make_closed(offre)
    assert movements([placed(mine)], offre.cloture_le + DAY) == {}


def test_one_query_tells_the_movements_of_a_whole_page(django_assert_num_queries: Any):
    demande = make.make_demande(filed=make.NOW - 200 * DAY)
    rows = [make.make_candidature(demande=demande) for _ in range(4)]
    for row in rows:
        look(row, make.NOW)
        make.make_candidature(row.offre, filed=make.NOW - 900 * DAY, at=make.NOW + timedelta(hours=1))
    kept = list(with_place(Candidature.objects.filter(demande=demande)))
    with django_assert_num_queries(1):
        found = movements(kept, make.NOW + DAY)
    assert {each.sens for each in found.values()} == {"down"}
    assert len(found) == 4


def test_the_pages_stay_within_twelve_queries_with_a_movement():
    _, rows, mine = scene()
    actions.withdraw_candidature(candidature_id=rows[0].pk, by=owner(rows[0]), at=make.NOW + timedelta(hours=3))
    clock.set_now(make.NOW + DAY)
    client = Client()
    client.force_login(mine.demande.titulaire)
    for path in ("/candidatures/", f"/candidatures/{mine.pk}/rang/"):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        assert len(captured) <= 12, "\n".join(each["sql"][:100] for each in captured)
