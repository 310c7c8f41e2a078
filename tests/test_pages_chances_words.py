"""The sentences of a chance and of an outlook: what is said, what is never said, and when there is no number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from palier.candidatures.queries import Rang
from palier.estimations.queries import ChanceVue, Delai3, Levier, Moyenne, Perspective, PointEtape
from palier.portals import chances_words
from palier.portals.demandeur import estimations_words as words

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OFFRE: Any = SimpleNamespace(presentes=3, cloture_le=datetime(2026, 11, 27, 22, 59, tzinfo=UTC))
CLOSED: Any = SimpleNamespace(presentes=3, cloture_le=NOW - timedelta(days=1))
CHANCE = ChanceVue(
    proba=0.41, bas80=0.2, haut80=0.6, rang=5, candidatures=80, arrivees_attendues=5.2, arrivees_devant=1.1,
    f_places=0.6, f_devant=1.25, f_arrivees=0.8, f_dossier=0.41 / 0.6, perte_devant=0.58, jours_restants=3.6,
    prete=None, statut="ok", demonstration=True, faite_le=NOW - timedelta(hours=5), offres_finies=40, contactees=300,
)  # fmt: skip
OUTLOOK = Perspective(
    statut="ok", offres_rejouees=37, parmi_presentes=6.2, servies=2.1, courbe=(0.1,) * 36, p6=0.31, p12=0.48, p24=0.74,
    p36=0.8, q10=2.4, q25=5.0, q50=13.0, q75=25.2, q90=None, toutes_p12=0.61, loge12=0.1, sorti12=0.2, loge36=0.15,
    sorti36=0.56, delais=Delai3(Moyenne(17.2, 240), Moyenne(22, 1_718), 69.4), annonces_12m=40, moins_p12=None,
    demonstration=True, faite_le=NOW, au=NOW.date(),
)  # fmt: skip
NEVER = ("vous allez obtenir", "inutile", "garanti", "%", "c'est incertain", "nan")


def plain(text: object) -> str:
    return re.sub(r"\s+", " ", str(text)).strip()


def said(vue: ChanceVue, offre: Any = OFFRE, **options: Any) -> str:
    found = chances_words.shown(vue, offre, NOW, **options)
    return plain(" ".join((found.figure.titre if found.figure else found.titre, *found.phrases, found.mention)))


def test_the_rank_comes_with_the_days_left_and_the_arrivals() -> None:
    text = said(CHANCE)
    assert text.startswith("Environ 40 sur 100")
    assert "Il reste 3 jours ; d'habitude 5 dossiers arrivent encore, dont 1 devant vous." in text
    assert "Estimation du 24/11/2026. Démonstration" in text
    assert "Démonstration" not in said(replace(CHANCE, demonstration=False))


def test_what_arrives_is_counted_in_good_french() -> None:
    assert "plus aucun dossier n'arrive" in said(replace(CHANCE, arrivees_attendues=0.2, arrivees_devant=0.1))
    assert "1 dossier arrive encore, dont aucun devant vous" in said(
        replace(CHANCE, arrivees_attendues=1.2, arrivees_devant=0.1)
    )
    assert "plus personne n'arrive" in said(CHANCE, CLOSED)
    today: Any = SimpleNamespace(presentes=3, cloture_le=NOW + timedelta(hours=2))
    assert "La clôture est aujourd'hui" in said(CHANCE, today)


def test_first_is_not_an_attribution() -> None:
    text = said(replace(CHANCE, rang=1, proba=0.8, haut80=0.9))
    assert "Vous êtes premier à cet instant. Ce n'est pas une attribution : environ 20 fois sur 100" in text
    frozen = said(replace(CHANCE, rang=1), CLOSED, rang=Rang(1, 80, fige=True))
    assert "Vous êtes premier à la clôture. Ce n'est pas une attribution" in frozen


@pytest.mark.parametrize("statut", ["ok", "insuffisant"])
def test_after_the_closing_only_the_frozen_place_is_told(statut: str) -> None:
    """Whoever was tried in vain left the list of the estimate: its place and its count would say so."""
    lost, frozen = replace(CHANCE, rang=1, candidatures=3, statut=statut), Rang(2, 4, fige=True)
    kept = replace(lost, rang=2, candidatures=4)
    assert said(lost, CLOSED, rang=frozen) == said(kept, CLOSED, rang=frozen)
    steps = chances_words.factors(lost, CLOSED, NOW, rang=frozen)
    assert steps == chances_words.factors(kept, CLOSED, NOW, rang=frozen)
    assert steps[0].phrases[0] == f"Vous êtes 2e sur{words.NBSP}4 à la clôture."
    assert steps[1].phrases[0] == chances_words.losses(lost.perte_devant)


def test_no_place_is_told_after_the_closing_without_a_frozen_one() -> None:
    vue = replace(CHANCE, rang=1)
    assert "premier" not in said(vue, CLOSED)
    assert "premier" not in said(vue, CLOSED, rang=Rang(1, 80, fige=False))
    assert not any("Vous êtes" in each for each in chances_words.factors(vue, CLOSED, NOW)[0].phrases)


def test_the_reasons_say_for_which_place_the_figure_was_made() -> None:
    steps = chances_words.factors(CHANCE, OFFRE, NOW, rang=Rang(6, 81, fige=False))
    assert steps[0].phrases[0] == f"Vous étiez 5e sur{words.NBSP}80 quand ce chiffre a été calculé."


def test_a_very_low_chance_is_said_kindly() -> None:
    low = replace(CHANCE, proba=0.004, bas80=0.0001, haut80=0.01)
    text = said(low)
    assert "Moins de 1 sur 100" in text
    assert "Garder cette candidature ne vous coûte rien, mais ne comptez pas dessus." in text
    assert "Postuler ne vous coûte rien" in said(low, before=True)
    assert chances_words.shown(low, OFFRE, NOW).faible
    assert not chances_words.shown(CHANCE, OFFRE, NOW).faible


def test_too_few_data_give_no_number_but_the_reason_and_a_scale() -> None:
    text = said(replace(CHANCE, statut="insuffisant", offres_finies=4, contactees=12))
    assert "Seulement 4 logements attribués ici, 12 personnes contactées" in text
    assert "nous ne pouvons pas donner de chiffre fiable" in text
    assert "80 candidatures pour 1 logement, 3 dossiers lus" in text
    assert "sur 100" not in text


@pytest.mark.parametrize("name", ["proba", "bas80", "haut80"])
def test_what_is_not_a_number_is_never_shown(name: str) -> None:
    text = said(replace(CHANCE, **{name: float("nan")}))
    assert "chiffre fiable" in text
    assert "nan" not in text.lower()


def test_an_incomplete_file_is_counted_apart() -> None:
    text = said(replace(CHANCE, prete=0.6))
    assert "environ 60 sur 100 le sont d'habitude" in text
    assert "En comptant ce risque : environ 25 sur 100" in text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.58, "plus d'un candidat sur deux devant vous se désiste ou refuse"),
        (0.5, "un candidat sur deux devant vous se désiste ou refuse"),
        (0.31, "30 sur 100 devant vous se désistent ou refusent"),
        (0.001, "moins de 1 sur 100"),
        (None, "Nous ne savons pas encore"),
        (float("nan"), "Nous ne savons pas encore"),
    ],
)
def test_those_ahead_who_leave(share: float | None, text: str) -> None:
    assert text in plain(chances_words.losses(share))


def test_the_four_factors_lead_to_the_chance_announced() -> None:
    steps = chances_words.factors(CHANCE, OFFRE, NOW)
    assert [plain(step.sur) for step in steps] == [
        "environ 60 sur 100", "environ 75 sur 100", "environ 60 sur 100", "environ 40 sur 100",
    ]  # fmt: skip
    assert [step.effet for step in steps] == [
        "Point de départ", "Augmente la chance", "Diminue la chance", "Diminue la chance",
    ]  # fmt: skip
    assert plain(steps[0].phrases[0]) == "Vous êtes 5e sur 80."
    assert "Personne n'est devant vous." in chances_words.factors(replace(CHANCE, rang=1), OFFRE, NOW)[1].phrases
    assert chances_words.effect(0.95) == chances_words.effect(1.05) == "Ne change presque rien"


# Outlook --------------------------------------------------------------------------------------------------------------


def test_the_replay_is_in_the_past_and_the_curve_in_shares_of_a_hundred() -> None:
    found = words.outlook(OUTLOOK)
    assert [sur for _, sur in found.marches] == [31, 48, 74, 80]
    assert plain(found.rejeu) == (
        "Ces 12 derniers mois, 37 logements correspondaient à vos critères. Avec vos points d'aujourd'hui, "
        "vous auriez été parmi les 3 premiers pour 6. "
        "En comptant ceux qui se désistent ou refusent devant vous, 2 vous étaient proposés."
    )
    first, second, third = map(plain, found.phrases)
    assert first.startswith("Sur 100 demandes comme la vôtre maintenues : 31 reçoivent une proposition avant 6 mois")
    assert first.endswith("20 attendent encore après 3 ans.")
    assert second == "Fourchette : 8 fois sur 10, l'attente va de 2 mois à plus de 3 ans."
    assert third == "Avant 1 an : 48 à votre rythme, 61 si vous candidatez à toutes les offres."
    assert "15 logées par cette voie, 56 sorties autrement, 29 attendent" in plain(found.vecu)


def test_the_three_delays_are_told_apart_each_with_its_n_and_definition() -> None:
    names, values, definitions = zip(*words.three_delays(OUTLOOK), strict=True)
    assert len(set(names)) == len(set(definitions)) == 3
    assert [plain(value) for value in values] == [
        "17 mois, sur 240 demandes logées", "22 mois, sur 1 718 demandes en attente", "69 mois",
    ]  # fmt: skip
    unknown = replace(OUTLOOK, delais=Delai3(None, None, None))
    assert [value for _, value, _ in words.three_delays(unknown)] == ["non connu"] * 3


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (4, "Seulement 4 logements en un an"), (1, "Un seul logement"), (0, "Aucun logement en un an"),
        (6, "trop court"),
    ],
)  # fmt: skip
def test_fewer_than_five_replayed_say_no_number(seen: int, text: str) -> None:
    found = words.outlook(replace(OUTLOOK, statut="insuffisant", offres_rejouees=seen))
    assert found.marches == ()
    assert text in plain(found.phrases[0])
    assert "nous ne pouvons pas donner de chiffre fiable" in plain(found.phrases[0])
    assert "sur 100" not in plain(found.phrases[0] + found.titre)
    assert found.delais


def test_fewer_than_one_served_is_a_bound_alone() -> None:
    found = words.outlook(replace(OUTLOOK, statut="insuffisant", servies=0.4, moins_p12=0.078))
    assert found.marches == ()
    assert plain(found.titre) == "Moins de 8 sur 100 avant 1 an."
    assert found.phrases == ()
    assert "moins d'un vous était proposé" in plain(found.rejeu)


def test_no_nan_and_no_certainty_in_an_outlook() -> None:
    assert words.outlook(replace(OUTLOOK, p24=float("nan"))).titre == "Pas de chiffre fiable"
    sure = words.outlook(replace(OUTLOOK, p36=0.9999))
    assert sure.marches[-1][1] == 99
    assert words.outlook(replace(OUTLOOK, loge36=float("nan"))).vecu == ""


LEVER = Levier("commune:44143", 0.054, 0.031, 0.079, False, 38, 56_200, ())


def test_a_lever_says_its_range_low_bound_first_and_its_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words.places, "labels", lambda codes: {"44143": "Rezé (44)"})
    free = Levier("justificatif", 0.03, 0.02, 0.05, True, None, None, ("AVIS_IMPOT_N2",))
    first, second = words.levers([free, LEVER])
    assert first.titre == "Prouver ce que vous avez déclaré"
    assert plain(first.texte) == "Gratuit. Entre 2 et 5 de plus sur 100 avant 1 an."
    assert first.pieces
    assert second.titre == "Ajouter Rezé (44)"
    assert plain(second.texte) == (
        "Trajet de 38 min, estimation. Loyer moyen 562 €. Entre 3 et 8 de plus sur 100 avant 1 an."
    )
    assert second.url.endswith("?essai=commune%3A44143")


def test_a_change_that_takes_away_is_said_so() -> None:
    assert plain(words.points_more(-0.05, 0.02)) == "Entre −5 et 2 d'écart sur 100 avant 1 an"
    assert plain(words.points_more(0.03, 0.031)) == "Environ 3 de plus sur 100 avant 1 an"


@pytest.mark.parametrize(
    ("verdict", "p", "kind", "text"),
    [
        ("normal", 0.7, "info", "7 annonces (attendu 6) : rien d'anormal."),
        ("moins", 0.05, "warn", "7 annonces (attendu 6) : moins que prévu, 1 chance sur 20 par hasard. Regardons"),
        ("moins", 0.0, "warn", "1 chance sur 10 000 par hasard"),
        ("insuffisant", 1.0, "doubt", "trop peu pour conclure"),
    ],
)
def test_the_checkpoint_is_a_test_with_its_sentence(verdict: str, p: float, kind: str, text: str) -> None:
    found = words.checkpoint(PointEtape(7, 6.2, p, verdict, date(2026, 10, 1)), date(2026, 11, 24))
    assert found.kind == kind
    assert text in plain(found.texte)


def test_no_sentence_promises_nor_goes_on_too_long() -> None:
    outlook = words.outlook(OUTLOOK)
    texts = [said(replace(CHANCE, rang=rang, prete=prete)) for rang in (1, 5) for prete in (None, 0.5)]
    texts += [outlook.rejeu, outlook.vecu, *outlook.phrases, *(part for row in outlook.delais for part in row)]
    texts += [phrase for step in chances_words.factors(CHANCE, OFFRE, NOW) for phrase in step.phrases]
    for text in texts:
        for forbidden in NEVER:
            assert forbidden not in text.lower(), (forbidden, text)
        for one in re.split(r"(?<=[.!?])\s+", plain(text)):
            assert len(one.split()) <= 30, one


def test_a_reason_that_lowers_the_chance_says_why_and_one_that_moves_no_figure_says_so() -> None:
    fewer = chances_words.factors(replace(CHANCE, f_devant=0.6), OFFRE, NOW)
    assert fewer[1].phrases[-1] == "Celles-ci devraient partir moins que la moyenne."
    assert fewer[1].effet == "Diminue la chance"
    still = chances_words.factors(replace(CHANCE, f_arrivees=1.0), OFFRE, NOW)
    assert (still[2].effet, still[2].sur) == (chances_words.SAME, still[1].sur)
