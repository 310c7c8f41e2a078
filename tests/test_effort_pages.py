"""What is left to pay, the effort and what is left to live on, wherever said; before aid when it is unknown."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from palier.attributions import queries as attributions
from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures.actions import recote_demande
from palier.candidatures.facts import profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries import bailleur_view
from palier.candidatures.queries.verdicts import conditions, verdict
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.NOW.date()
# One adult, two children, 1 720 € net a month, T3 PLUS in Nantes, 540 + 80 €: aid 197 €, reduction 49,32 €.
LEFT_TO_PAY, EFFORT, LIVING = 373_68, Decimal("0.2173"), 28_05


@pytest.fixture(autouse=True)
def noon(db: None) -> None:
    """The clock of the platform: the offres of these tests are open."""
    clock.set_now(make.NOW)


def said(client: Client, path: str) -> str:
    text = client.get(path).content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).replace("\u00a0", " ")


def signed_in(demande) -> Client:
    client = Client()
    client.force_login(demande.titulaire)
    return client


def unknown_aid():
    """A demande whose second adult is a codemandeur: shared housing has its own calculation."""
    persons = [{"role": "codemandeur", "nom": "Le Goff", "prenom": "Yann", "naissance": "1990-01-01"}]
    menage = {"union": "", "enfants_a_naitre": 0, "handicap": False, "personnes": persons}
    return make.make_demande(menage=menage)


def test_an_offre_says_what_is_left_to_pay_and_who_decides():
    offre, demande = make.make_offre(), make.make_demande()
    page = said(signed_in(demande), f"/offres/{offre.pk}/")
    for words in (
        "Aide au logement, estimation − 197 €",
        "Réduction de loyer de solidarité − 49,32 €",
        "Reste à payer, estimation 373,68 €",
        "Reste à payer (estimé) 374 €",
        "Effort 22 % de vos revenus",
        "Reste à vivre 28 € par jour et par part",
        "La Caf décide",
        "Comment l'aide est estimée",
        "le plafond de la zone 2",
    ):
        assert words in page
    assert "avant aide" not in page


def test_a_search_row_says_what_is_left_to_pay():
    make.make_offre()
    page = said(signed_in(make.make_demande()), "/recherche/")
    assert "Reste à payer (estimé) 374 €" in page
    assert "Effort 22 %" in page
    assert "Effort avant aide" not in page


def test_an_unknown_aid_keeps_the_effort_before_aid_and_says_why():
    offre, demande = make.make_offre(), unknown_aid()
    page = said(signed_in(demande), f"/offres/{offre.pk}/")
    assert "Effort avant aide" in page
    assert "Loyer charges comprises, avant aide 620 €" in page
    assert "Reste à payer" not in page
    assert "La colocation a son propre calcul, qui n'est pas ici." in page
    assert "Effort avant aide" in said(signed_in(demande), "/recherche/")


def test_a_visitor_reads_the_price_before_aid(client):
    page = said(client, f"/offres/{make.make_offre().pk}/")
    assert "Loyer charges comprises, avant aide 620 €" in page
    assert "Reste à payer" not in page


def test_the_warning_weighs_the_loyer_once_the_aid_is_deducted():
    """780 € over 1 720 € is 45 % before aid, above the mark; it is under it once the aid is deducted."""
    offre = make.make_offre(loyer_hc_cents=70_000)
    demande = make.make_demande()
    answer = verdict(demande, offre, TODAY)
    assert answer.effort is not None
    assert answer.effort > 0.4
    assert answer.charge is not None
    assert answer.charge.taux_effort.exige() < 0.4
    assert "effort_apres_aide" not in [motif.code for motif in answer.motifs]
    line = conditions(profil(demande, TODAY), offre, TODAY)[-1]
    assert "Aide estimée déduite" in line.vous
    heavy = make.make_offre(loyer_hc_cents=90_000)
    assert "effort_apres_aide" in [motif.code for motif in verdict(demande, heavy, TODAY).motifs]


def test_a_candidature_keeps_what_it_weighed_at_closing():
    row = make.make_candidature()
    assert (row.taux_effort, row.reste_a_payer_cents, row.reste_a_vivre_cents) == (EFFORT, LEFT_TO_PAY, LIVING)
    assert row.taux_effort_brut == Decimal("0.3605")
    page = said(signed_in(row.demande), "/candidatures/")
    assert "Reste à payer 374 €, estimation. Effort 22 %." in page
    Candidature.objects.filter(pk=row.pk).update(taux_effort=None, reste_a_payer_cents=None, reste_a_vivre_cents=None)
    assert "Effort 36 % avant aide" in said(signed_in(row.demande), "/candidatures/")
    recote_demande(demande_id=row.demande_id, by=Actor.system(), at=make.NOW)
    assert Candidature.objects.get(pk=row.pk).reste_a_payer_cents == LEFT_TO_PAY


def test_incomes_next_to_nothing_fit_the_column():
    row = make.make_candidature(ressources={"net_mensuel_cents": 1})
    assert Candidature.objects.get(pk=row.pk).taux_effort_brut == 999


def test_a_bailleur_reads_the_effort_of_presented_files_alone():
    world = kit.seated()
    files = attributions.presented_files(world.offre, by=world.bailleur, at=kit.SEANCE, relation="presented")
    assert {(each.effort, each.vivre, each.heavy) for each in files} == {("22\u00a0%", "28\u00a0€ par jour", False)}
    Candidature.objects.update(taux_effort=None, reste_a_vivre_cents=None)
    files = attributions.presented_files(world.offre, by=world.bailleur, at=kit.SEANCE, relation="presented")
    assert {(each.effort, each.vivre, each.heavy) for each in files} == {("36\u00a0% avant aide", "—", True)}
    clock.set_now(kit.SEANCE)
    page = said(kit.client_of(world.bailleur), reverse("bailleur:candidats_offre", args=[world.offre.pk]))
    assert "36 % avant aide" in page
    assert "Reste à vivre" in page


def test_the_person_is_shown_the_same_effort_as_the_bailleur():
    world = kit.seated()
    row = Candidature.objects.select_related("demande", "offre__grille", "offre__logement__programme").get(
        pk=world.candidates[0].pk
    )
    for by in (world.person(0), world.bailleur):
        view = bailleur_view(candidature=row, by=by, at=kit.SEANCE)
        lines = dict(next(each.lignes for each in view.sections if each.titre == "Travail et revenus"))
        assert lines["Effort, aide estimée déduite"] == "22\u00a0%"
        assert lines["Reste à vivre"] == "28\u00a0€ par jour et par part"


def test_a_proposition_says_what_is_left_to_pay():
    world = kit.proposed()
    clock.set_now(kit.DECIDED)
    path = reverse("demandeur:proposition", args=[world.proposition(0).pk])
    page = said(kit.client_of(world.person(0)), path)
    for words in ("Reste à payer (estimé) 374 € par mois", "Effort 22 % de vos revenus", "Reste à vivre 28 € par jour"):
        assert words in page
    assert "que la Caf décide" in page
    Candidature.objects.update(taux_effort=None, reste_a_payer_cents=None, reste_a_vivre_cents=None)
    assert "Effort avant aide 36 % de vos revenus" in said(kit.client_of(world.person(0)), path)


def test_the_estimate_costs_no_query():
    """The page of an offre asks the database as often with an estimate as without one."""
    offre = make.make_offre()
    counts = []
    for demande in (make.make_demande(), unknown_aid()):
        client = signed_in(demande)
        client.get(f"/offres/{offre.pk}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/offres/{offre.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
