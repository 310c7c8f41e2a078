"""Levers: one change at a time in the same offres, a range that shares its draws, what may be proposed and what not."""

from dataclasses import replace

import numpy as np
import pytest

from palier.chances import leviers as module
from palier.chances.delais import delais, tables_rejeu
from palier.chances.journal import QuestionsDelai
from palier.chances.leviers import ActionInconnue, appliquer, comparer, leviers
from palier.chances.simulateur import Deroulement, simuler
from palier.droit.bareme import bareme
from tests.chances_fuite import futur_brouille, sans_futur
from tests.chances_kit import at, delay_cases, true_gains
from tests.test_chances_delais import AU, ask, profils, small


@pytest.fixture(scope="module")
def territoire() -> Deroulement:
    return simuler("metropole", graine=12, annees=3.6)


def asked(territoire: Deroulement, n: int, seed: int = 2) -> QuestionsDelai:
    return delay_cases(territoire, at(territoire, 1.5), n, seed=seed).questions


def test_the_gain_is_nine_tenths_of_what_two_questions_say(territoire: Deroulement):
    questions = replace(asked(territoire, 1), actions=(("dossier_complet", "justificatif"),))
    questions = replace(questions, complet=np.array([0]), points_perdus=np.array([25.0]))
    got = leviers(territoire.journal, questions, 4)
    base = delais(territoire.journal, questions).p12[0]
    full = delais(territoire.journal, replace(questions, complet=np.array([1]))).p12[0]
    proven = replace(questions, points_hors_offre=questions.points_hors_offre + 25.0)
    wanted = {"dossier_complet": full, "justificatif": delais(territoire.journal, proven).p12[0]}
    assert set(got.action) == set(wanted)
    for action, gain in zip(got.action, got.gain, strict=True):
        assert gain == pytest.approx(0.9 * (wanted[str(action)] - base), abs=1e-12)
    assert (got.p12 == base).all()
    assert got.rang.tolist() == [1, 2]
    assert got.gain[0] >= got.gain[1]


def test_what_changes_nothing_gains_nothing_at_any_draw(territoire: Deroulement):
    questions = replace(asked(territoire, 1), actions=(("commune:00000", "justificatif", "dossier_complet"),))
    questions = replace(questions, points_perdus=np.zeros(1), complet=np.array([1]))
    got = leviers(territoire.journal, questions, 4)
    for column in (got.gain, got.bas80, got.haut80):
        assert column.tolist() == [0.0, 0.0, 0.0]
    assert not got.affichee.any()


def test_ranges_hold_the_gain_and_at_most_three_are_shown(territoire: Deroulement):
    got = leviers(territoire.journal, asked(territoire, 40), 1)
    assert ((got.bas80 <= got.gain) & (got.gain <= got.haut80)).all()
    assert (got.bas80[got.affichee] > 0.01).all()
    for question in np.unique(got.question):
        mine = got.question == question
        assert got.affichee[mine].sum() <= 3
        assert got.rang[mine].tolist() == list(range(1, mine.sum() + 1))
        assert (np.diff(got.gain[mine]) <= 0).all()
        assert got.rang[mine & got.affichee].max(initial=0) <= 3


def test_the_seed_moves_the_range_alone_and_other_questions_nothing(territoire: Deroulement):
    questions = asked(territoire, 6)
    one, same, other = (leviers(territoire.journal, questions, seed) for seed in (1, 1, 2))
    assert one.bas80.tobytes() == same.bas80.tobytes()
    assert one.gain.tolist() == other.gain.tolist()
    assert one.bas80.tolist() != other.bas80.tolist()
    alone = leviers(territoire.journal, asked(territoire, 6), 1)
    first = alone.question == questions.question[0]
    assert alone.bas80[first].tolist() == one.bas80[one.question == questions.question[0]].tolist()


@pytest.mark.parametrize("how", ["dropped", "scrambled"])
def test_nothing_later_changes_a_lever(territoire: Deroulement, how: str):
    record, tau = territoire.journal, at(territoire, 1.5)
    questions = replace(asked(territoire, 15), actions=())
    other = sans_futur(record, tau)[0] if how == "dropped" else futur_brouille(record, tau, np.random.default_rng(8))
    one, two = leviers(record, questions, 3), leviers(other, questions, 3)
    assert one.action.tolist() == two.action.tolist()
    for column in ("p12", "gain", "bas80", "haut80"):
        assert np.allclose(getattr(one, column), getattr(two, column), rtol=0, atol=1e-9)


def test_admissible_are_neighbours_within_norms_and_nothing_that_is_there():
    questions = ask(points_perdus=np.array([4.0]), complet=np.array([0]), taille=np.array([2]), actions=(None,))
    got = set(leviers(small(), questions, 0).action)
    assert got == {"typologie:T1", "typologie:T3", "justificatif", "dossier_complet"}
    alone = replace(questions, taille=np.array([1]), points_perdus=np.zeros(1), complet=np.array([1]))
    assert set(leviers(small(), alone, 0).action) == {"typologie:T1"}
    elsewhere = replace(alone, communes=(("99009",),))
    assert "commune:99001" in leviers(small(), elsewhere, 0).action


def test_another_financement_needs_people_alike_on_record(territoire: Deroulement):
    questions = replace(asked(territoire, 20), actions=())
    questions = replace(questions, financements=tuple(each[:1] for each in questions.financements))
    got = leviers(territoire.journal, questions, 0)
    demandes = territoire.journal.demandes
    seen = 0
    for question, action in zip(got.question, got.action, strict=True):
        kind, _, value = str(action).partition(":")
        if kind != "financement":
            continue
        seen += 1
        row = int(str(question)[1:])
        place = ("PLAI", "PLUS", "PLS", "PLI").index(value)
        alike = np.array([place in each for each in demandes.financements])
        alike &= np.minimum(demandes.taille, 5) == min(int(questions.taille[row]), 5)
        revenus = demandes.revenu_mensuel[alike]
        assert revenus.min() <= questions.revenu_mensuel[row] <= revenus.max()
    assert seen


def test_the_norms_are_those_of_the_law_of_rooms():
    for persons in range(1, 9):
        rows = [row for row in bareme("occupation")["typologies"]["lignes"] if row["personnes"] == persons]
        low = min(int(row["min"][1:]) for row in rows)
        high = min(max(int(row["max"][1:]) for row in rows), 6)
        assert [place + 1 for place in module.normes(persons)] == list(range(low, high + 1)), persons


@pytest.mark.parametrize("action", ["revenu:2000", "typologie:T9", "commune:", "financement:HLM", "", "justificatif:x"])
def test_an_unknown_action_is_refused(action: str):
    with pytest.raises(ActionInconnue, match="actions"):
        leviers(small(), ask(actions=((action,),)), 0)


def test_one_person_against_oneself(territoire: Deroulement):
    rejeu = tables_rejeu(territoire.journal, at(territoire, 1.5))
    me = profils(asked(territoire, 1))
    none = comparer(rejeu, me, me, 5)
    assert (none.gain, none.bas80, none.haut80, none.nette) == (0.0, 0.0, 0.0, False)
    fewer = me.avec(communes=(me.communes[0][:1],))
    less, more = comparer(rejeu, me, fewer, 5), comparer(rejeu, fewer, me, 5)
    assert less.gain == pytest.approx(-more.gain)
    assert (less.bas80, less.haut80) == pytest.approx((-more.haut80, -more.bas80))
    assert appliquer(me, "typologie:T5").typologies[0][-1] == 4


def test_the_recommended_action_gains_twice_a_random_one(territoire: Deroulement):
    case = delay_cases(territoire, at(territoire, 1.5), 100, seed=6)
    got = leviers(territoire.journal, case.questions, 1)
    truth = true_gains(case)
    place = {str(question): row for row, question in enumerate(case.questions.question)}
    first = got.rang == 1
    best = [truth[place[str(q)], str(a)] for q, a in zip(got.question[first], got.action[first], strict=True)]
    every = [np.mean([gain for (row, _), gain in truth.items() if row == i]) for i in {row for row, _ in truth}]
    assert np.mean(best) >= 2 * np.mean(every)
    announced = got.gain[first].mean()
    assert 0.6 * announced < np.mean(best) < 1.6 * announced


def test_the_instant_of_a_question_is_its_own():
    early = ask(instant=np.array([AU - 60 * 86_400]), actions=(("justificatif",),))
    assert leviers(small(), early, 0).p12[0] != leviers(small(), ask(actions=(("justificatif",),)), 0).p12[0]
