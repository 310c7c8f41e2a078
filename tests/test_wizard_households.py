"""How long the form is: screens and required answers for four households, printed and kept low."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from palier.base import clock
from palier.demandes.models import Demande
from tests.form_walk import Answers, Walk, applicant, born, browser_of, perms, send, text, walk

pytestmark = [pytest.mark.django_db, pytest.mark.web]
ALONE: dict[str, dict[str, Any]] = {
    "nom": {"civilite": "MME", "prenom": "Inès", "nom": "Marchal"},
    "naissance": born("2", "3", "1992"),
    "nationalite": {"nationalite": "FR"},
    "famille": {"situation_familiale": "celibataire"},
    "telephone": {"telephone": "01 99 00 12 12", "accord_mail": "on"},
    "adresse": {"adresse": "3 rue des Lilas", "commune": "Nantes (44)"},
    "activite": {"statut": "salarie_prive", "profession": "Monteuse"},
    "employeur": {"employeur": "Atelier du Quai", "secteur": "prive", "effectif": "35"},
    "contrat": {"contrat": "cdi", "lieu": "Rezé (44)", **born("6", "1", "2020", "emploi_depuis")},
    "rfr": {"rfr_n2_cents": "21 512,50", "rfr_n1_cents": "22 013", "douze_mois_cents": ""},
    "natures": {"natures": ["SAL"]},
    "montants": {"SAL": "1 723"},
    "statut": {"statut": "locataire_prive"},
    "loyer": {"loyer_cents": "612", "aide_cents": "0"},
    "taille": {"personnes": "1", "pieces": "1", "surface": "24,5", "typologies": ["T1", "T2"], "budget_cents": "700"},
    "motifs": {"motifs": ["logement_trop_cher"]},
    "preferences": {"elargissement": "oui"},
}
PARTNER = {"role": "conjoint", "prenom": "Yann", "nom": "Roux", **born("4", "5", "1990")}
CHILD = {"role": "enfant", "prenom": "Léo", "nom": "Marchal", **born("5", "5", "2019")}


def household(client: Client, persons: list[dict[str, str]], answers: Answers) -> Walk:
    """Open the demande, walk to its end, the persons added on their way."""
    send(client, "/demande/numero/", connu="non", numero="")
    for slug in ("nom", "naissance"):
        send(client, f"/demande/identite/{slug}/", **answers[slug])
    met = Walk()
    for person in persons:
        met.pages.append("/demande/menage/personne/")
        met.required += 3
        send(client, "/demande/menage/personne/", **person)
    rest = walk(client, "/demande/identite/", answers)
    met.pages += ["/demande/numero/", "/demande/identite/nom/", "/demande/identite/naissance/", *rest.pages]
    met.required += 1 + 2 + 1 + rest.required
    met.queries, met.weight = rest.queries, rest.weight
    return met


HOUSEHOLDS: dict[str, tuple[list[dict[str, str]], dict[str, dict[str, Any]], int, int]] = {
    "personne seule, salariée": ([], ALONE, 29, 15),
    "couple, deux salaires": (
        [PARTNER],
        {**ALONE, "adulte": {"civilite": "M", "nationalite": "FR"}, "union": {"union": "pacs"}},
        38, 22,
    ),
    "parent, un enfant en garde alternée": (
        [CHILD], {**ALONE, "charge": {"a_charge": "oui", "garde": "alternee"}}, 31, 19,
    ),
    "personne seule, en recherche d'emploi": (
        [],
        {
            **ALONE, "activite": {"statut": "chomage"}, "natures": {"natures": ["CHO"]}, "montants": {"CHO": "934,20"},
            "chomage": {"chomage_plus_1_an": "oui", **born("30", "6", "2027", "fin_chomage")},
        },
        28, 15,
    ),
}  # fmt: skip


def test_the_form_is_short_and_says_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    rows: dict[str, Walk] = {}
    for rank, (name, (persons, answers, screens, needed)) in enumerate(HOUSEHOLDS.items()):
        client = browser_of(applicant(f"p{rank}@exemple.fr"))
        rows[name] = household(client, persons, answers)
        filed = send(client, "/demande/relecture/", vues_consenties="non", exact="on")
        assert filed["Location"] == "/demande/attestation/", name
        assert len(rows[name].pages) <= screens, (name, rows[name].pages)
        assert rows[name].required <= needed, (name, rows[name].required)
        assert rows[name].queries <= 12, (name, rows[name].queries)
        assert rows[name].weight <= 30_000, (name, rows[name].weight)
    with capsys.disabled():
        print("\n" + "\n".join(perms(rows)))  # noqa: T201


def test_a_couple_tells_two_works_and_two_incomes() -> None:
    persons, answers, _screens, _needed = HOUSEHOLDS["couple, deux salaires"]
    client = browser_of(applicant())
    household(client, persons, {**answers, "activite-2": {"statut": "agent_etat"}, "montants-2": {"SAL": "1 951,07"}})
    demande = Demande.objects.get()
    partner = demande.personnes.get(role="conjoint")
    assert (partner.travail["statut"], demande.travail["statut"]) == ("agent_etat", "salarie_prive")
    assert (partner.net_mensuel_cents, demande.personnes.get(role="demandeur").net_mensuel_cents) == (195_107, 172_300)
    review = text(client.get("/demande/relecture/"))
    assert "Agent de l'État" in review
    assert "1 951,07 €" in review
    assert partner.annee_n2 == clock.today().year - 2
