"""Fields of other layouts than those of the corpus, from lines already read; doubts are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from palier.gateways.lecture import mrz
from palier.gateways.lecture.fields import Fields, extract
from palier.gateways.lecture.kinds import kind
from palier.gateways.lecture.reading import Lecture, Line, Page

AU = date(2026, 11, 24)


def lecture(*pages: str, sure: int = 95) -> Lecture:
    made = [
        Page(tuple(Line(tuple((word, sure) for word in text.split())) for text in page.splitlines()), 0, {}, ())
        for page in pages
    ]
    return Lecture(tuple(made), len(made))


def read(*pages: str, sure: int = 95) -> tuple[str, Fields]:
    seen = lecture(*pages, sure=sure)
    zone = mrz.find(list(seen.lines()), AU)
    found, _ = kind(seen.folded, zone, None)
    return found, extract(seen, found, zone)


def names(fields: Fields) -> list[str]:
    return [name.valeur for name in fields.noms]


AVIS = "Direction générale des Finances publiques\nAVIS D'IMPÔT 2025\nImpôt sur les revenus de 2024\n"
PAIE = "BULLETIN DE PAIE\n"


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (f"{AVIS}Revenu fiscal de référence (RFR) : 21 500 EUR", "avis_imposition", {"rfr": 2_150_000}),
        (f"{AVIS}Revenu fiscal de référence\n17311", "avis_imposition", {"rfr": 1_731_100}),
        (f"{AVIS}rien", "avis_imposition", {"annee_revenus": 2024}),
        ("CARTE D'IDENTITÉ\nDATE D'EXPIR. / Expiry date\n01 02 2031\nNationalité", "piece_identite",
         {"expiration": date(2031, 2, 1)}),
        ("TITRE DE SÉJOUR\nValable jusqu'au 12/09/2028", "titre_sejour", {"expiration": date(2028, 9, 12)}),
        ("LIVRET DE FAMILLE\nÉpoux : DUPONT Jean, né le 02/03/1992", "livret_famille", {"naissance": date(1992, 3, 2)}),
    ],
)  # fmt: skip
def test_a_value_is_read_after_its_label(text: str, found: str, expected: dict[str, Any]) -> None:
    seen, fields = read(text)
    assert seen == found
    for name, value in expected.items():
        assert getattr(fields, name).valeur == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{AVIS}Déclarant 1 : DUPONT Jean Déclarant 2 : DUPONT Marie", ["DUPONT Jean", "DUPONT Marie"]),
        (f"{AVIS}M. DUPONT Jean\n12 rue du Port", ["DUPONT Jean"]),
        (f"{PAIE}Nom : DUPONT Prénom : Jean", ["DUPONT Jean"]),
        (f"{PAIE}Prénom : Jean\nNom : DUPONT", ["DUPONT Jean"]),
        (f"{PAIE}Salarié : Jean DUPONT Matricule 12", ["Jean DUPONT"]),
        ("PASSEPORT\nNom / Surname\nDE LA TOUR\nPrénoms / Given names\nJean, Paul", ["DE LA TOUR Jean Paul"]),
        ("ATTESTATION EMPLOYEUR\nje certifie que Mme Jeanne de Gall est salariée de la société", ["Jeanne de Gall"]),
        (f"{AVIS}aucun nom ici", []),
    ],
)
def test_names_are_read_where_each_paper_puts_them(text: str, expected: list[str]) -> None:
    assert names(read(text)[1]) == expected


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Période : octobre 2026", date(2026, 10, 1)),
        ("Période du 01/10/2026 au 31/10/2026", date(2026, 10, 1)),
        ("Mois : 10/2026", date(2026, 10, 1)),
        ("Date d'entrée : janvier 2020\nPaie : aoùt 2026", date(2026, 8, 1)),
        ("Paiement le 05/11/2026", None),
    ],
)
def test_the_month_of_a_payslip_is_not_that_of_another_day(text: str, month: date | None) -> None:
    fields = read(f"FICHE DE PAYE\nbulletin de salaire\n{text}\nNet à payer : 1 720,00 €")[1]
    assert [each.mois.valeur if each.mois else None for each in fields.bulletins] == [month]
    assert fields.bulletins[0].nets["net_a_payer"].valeur == 1_720_00


def test_two_pages_of_one_month_are_one_payslip() -> None:
    pages = ("BULLETIN DE PAIE octobre 2026\nNet imposable 1 800,50", "suite\nNet à payer 1 720,00", "rien")
    (one,) = read(*pages)[1].bulletins
    assert {name: net.valeur for name, net in one.nets.items()} == {"net_imposable": 1_800_50, "net_a_payer": 1_720_00}


def test_two_amounts_that_differ_leave_a_doubt_and_a_bad_word_too() -> None:
    twice = read(f"{AVIS}Revenu fiscal de référence 21 500\nRevenu fiscal de référence : 21 600")[1].rfr
    assert twice is not None
    assert not twice.sur
    bad = read(f"{AVIS}Revenu fiscal de référence 21 500", sure=60)[1].rfr
    assert bad is not None
    assert (bad.valeur, bad.sur) == (2_150_000, False)


def test_the_year_of_the_notice_alone_is_a_doubt() -> None:
    year = read("AVIS D'IMPÔT 2025\nRevenu fiscal de référence 21 500")[1].annee_revenus
    assert year is not None
    assert (year.valeur, year.sur) == (2024, False)


@pytest.mark.parametrize("text", ["", "FACTURE D'ÉLECTRICITÉ\nMontant à payer 84,20 €", "heures sexe nationalité"])
def test_another_document_is_never_taken_for_sure(text: str) -> None:
    assert not kind(lecture(text).folded, None, None)[1]


def test_a_day_that_does_not_exist_is_no_day() -> None:
    assert read("TITRE DE SÉJOUR\nValable jusqu'au 31/02/2028")[1].expiration is None
