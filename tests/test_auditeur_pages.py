"""The desk of the auditor: fairness in aggregates, rankings counted again, the record verified; each look is a line."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from palier.base import clock
from palier.base.actor import Actor
from palier.base.policy import policy_of, roles_of
from palier.candidatures.queries import audited
from palier.candidatures.queries.replay import Difference
from palier.estimations.models import Audit
from palier.journal import tasks, verification
from palier.journal.models import AccessLine, Verification
from tests import attributions_kit as kit
from tests import factories as make
from tests.access import routes
from tests.sign_in import key, sign_in
from tests.test_auditeur_equite import line, write

pytestmark = [pytest.mark.django_db, pytest.mark.web]
HOME = "/audit/"


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def auditor(*, strong: bool = True) -> tuple[Client, Actor]:
    user, actor = make.make_agent(make.make_organisation("plateforme"), "auditeur")
    client = Client()
    sign_in(client, user, user.memberships.get(), strong=strong)
    client.get("/aide/")  # the session is written once: the pages are counted after that
    return client, actor


def text_of(response: HttpResponse) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_the_pages_admit_the_auditor_alone_with_a_second_factor():
    found = {name: policy_of(route.view) for name, route in routes.routes().items() if name.startswith("auditeur:")}
    assert len(found) == 6
    assert all(mark is not None and mark.roles == frozenset({"auditeur"}) for mark in found.values())
    assert roles_of("equite.lire") == {"auditeur"}
    assert auditor(strong=False)[0].get(HOME).status_code != 200


def test_signing_in_leads_to_the_audits():
    assert auditor()[0].get("/entree/").headers["Location"] == HOME


class TestEquite:
    """The audits."""

    def test_the_list_opens_no_result(self, django_assert_max_num_queries: Any):
        write(date(2026, 7, 1), line())
        client, _ = auditor()
        with django_assert_max_num_queries(12):
            page = text_of(client.get(HOME))
        assert "Juillet à septembre 2026" in page
        assert "femme" not in page
        assert not AccessLine.objects.exists()

    def test_an_opening_is_a_line_and_says_what_each_test_means(self, django_assert_max_num_queries: Any):
        write(date(2026, 4, 1), line())
        row = write(
            date(2026, 7, 1), line(), line("non_attribution", alert=False, seen=1.9, odds_ratio=1.1, haut95=1.6),
            line(modalite="autre", alert=False), line(variable="age", modalite="moins de 30 ans"),
        )  # fmt: skip
        client, actor = auditor()
        with django_assert_max_num_queries(12):
            page = text_of(client.get(f"{HOME}equite/{row.pk}/"))
        for said in (
            "1 alerte.", "0,60 (entre 0,50 et 0,75)", "Alerte : ce groupe est classé plus bas, deux trimestres",
            "Écart ce trimestre : ce groupe est classé plus bas. Une alerte demande deux trimestres",
            "Nous ne pouvons pas exclure un écart. Seul un rapport de 1,90 se serait vu 4 fois sur 5.",
            "Aucun écart net. Un rapport de 0,85 se serait vu", "640 personnes", "900", "quartier prioritaire",
            "Sexe : femme 31,0 20,0 200 Chances annoncées trop hautes",
        ):  # fmt: skip
            assert said in page, said
        seen = AccessLine.objects.get()
        assert (seen.actor_id, seen.role) == (actor.user_id, "auditeur")
        assert (seen.relation, seen.purpose) == ("mandate", "equite.lire")
        assert (seen.object_id, seen.person_id, seen.classes) == (row.pk, None, "P1")

    def test_a_group_under_eleven_is_never_drawn(self):
        row = write(date(2026, 7, 1), line(modalite="rare", effectif=10), line(modalite="assez", effectif=11))
        page = text_of(auditor()[0].get(f"{HOME}equite/{row.pk}/"))
        assert "Assez" in page
        assert "rare" not in page.lower()

    def test_nothing_seen_is_not_nothing_there(self):
        row = write(date(2026, 7, 1))
        page = text_of(auditor()[0].get(f"{HOME}equite/{row.pk}/"))
        assert "nous ne pouvons pas exclure un écart" in page

    def test_nobody_else_opens_one(self):
        row = write(date(2026, 7, 1), line())
        for role in ("dpo", "admin"):
            user, actor = make.make_agent(make.make_organisation("plateforme"), role)
            client = Client()
            sign_in(client, user, user.memberships.get())
            assert client.get(f"{HOME}equite/{row.pk}/").status_code == 404
            assert not Audit.objects.visible_to(actor).exists()
        assert not AccessLine.objects.exists()


class TestRangs:
    """A ranking counted again."""

    def test_it_comes_out_the_same_under_pseudonyms_and_everybody_sees_the_look(
        self, django_assert_max_num_queries: Any
    ):
        world = kit.closed(6)
        clock.set_now(kit.CLOSED)
        client, actor = auditor()
        with django_assert_max_num_queries(12):
            answer = client.get(f"{HOME}rangs/{world.offre.pk}/")
        page = text_of(answer)
        assert "Identique." in page
        for row in world.candidates:
            assert row.pseudonyme in page
            identity = row.demande.personnes.get(role="demandeur").identite
            assert identity["nom"] not in page
        lines = AccessLine.objects.filter(actor_id=actor.user_id)
        assert {each.person_id for each in lines} == {each.demande.titulaire_id for each in world.candidates}
        assert {(each.relation, each.purpose, each.classes) for each in lines} == {("mandate", "rang.rejouer", "P1 P2")}

    def test_a_difference_is_said_without_anybodys_points(self, monkeypatch: pytest.MonkeyPatch):
        world = kit.closed(5)
        told = [
            Difference(world.offre.pk, "rang 3\u00a0: 62 points écrits, 61 recalculés"),
            Difference(world.offre.pk, "l'empreinte de la liste n'est plus la même"),
        ]
        monkeypatch.setattr(audited, "replay", lambda classement: told)
        page = text_of(auditor()[0].get(f"{HOME}rangs/{world.offre.pk}/"))
        assert "Rang 3 : les points ne se recalculent pas" in page
        assert "L'empreinte de la liste n'est plus la même" in page
        assert "62 points" not in page
        assert "61 recalculés" not in page
        assert "Identique" not in page

    def test_an_open_list_is_unknown_and_the_list_of_lists_reads_nobody(self, django_assert_max_num_queries: Any):
        world, offre = kit.closed(5), make.make_offre()
        client, _ = auditor()
        assert client.get(f"{HOME}rangs/{offre.pk}/").status_code == 404
        with django_assert_max_num_queries(12):
            page = client.get(f"{HOME}rangs/").content.decode()
        assert f"/audit/rangs/{world.offre.pk}/" in page
        assert not AccessLine.objects.exists()

    def test_who_withdrew_has_left_the_screen(self):
        world = kit.closed(6)
        row = world.candidates[5]
        type(row).objects.filter(pk=row.pk).update(state="retiree")
        page = text_of(auditor()[0].get(f"{HOME}rangs/{world.offre.pk}/"))
        assert row.pseudonyme not in page
        assert "Identique." in page


class TestJournal:
    """The record."""

    def test_it_says_what_the_last_verification_found(self):
        client, _ = auditor()
        assert "Aucune vérification n'est encore faite" in text_of(client.get(f"{HOME}journal/"))
        kit.closed(5)
        found = verification.check(make.NOW)
        assert found.faults == 0
        assert found.lines > 10
        page = text_of(client.get(f"{HOME}journal/"))
        assert "Journal entier." in page
        Verification.objects.create(
            begun_at=make.NOW + timedelta(days=1), lines=3, chains=1, rows=1, faults=2, first_faults=["ligne 2 retirée"]
        )
        page = text_of(client.get(f"{HOME}journal/"))
        assert "Le journal n'est pas entier." in page
        assert "ligne 2 retirée" in page

    def test_asking_for_one_puts_one_in_the_queue(self, monkeypatch: pytest.MonkeyPatch):
        asked: list[int] = []
        monkeypatch.setattr(tasks.check_record, "defer", lambda **given: asked.append(1))
        client, _ = auditor()
        assert client.post(f"{HOME}journal/verifier/", {"cle": key()}).status_code == 303
        assert asked == [1]
