"""Properties of the law: monotone in income and size, blind to order, equal is in, an unknown is never a refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from palier.droit.aide_logement import aide_logement, reduction_loyer_solidarite
from palier.droit.aides import catalogue_aides
from palier.droit.categorie import categorie_menage
from palier.droit.dalo import FaitsDalo, recours_dalo
from palier.droit.effort import effort_brut, unites_consommation
from palier.droit.exactitude import exactitude
from palier.droit.loyer import loyer_maximal
from palier.droit.menage import FINANCEMENTS, Cas, Logement, Menage, Personne
from palier.droit.occupation import sous_occupation, suroccupation, typologies
from palier.droit.pieces import ETAPES, pieces_exigibles
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.ressources import ressources_retenues
from palier.droit.simulation import simulation, simulation_json
from palier.droit.sls import Adresse, supplement_du, supplement_loyer_solidarite
from palier.droit.verdict import Verdict

AU = date(2026, 11, 24)
ORDINAIRE, BASE_M2 = Adresse(quartier_prioritaire=False, zone_revitalisation=False), Decimal("2.8")
COMMUNES = ("44109", "75056", "92012", "93008", "87191")
montants = st.integers(0, 9_000_000)
sobre = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def personnes(draw: st.DrawFn, role: str, rang: int) -> Personne:
    adulte = role in ("demandeur", "conjoint", "codemandeur")
    ans = draw(st.integers(19, 80) if adulte or role == "ascendant" else st.integers(0, 60))
    revenus = {annee: draw(montants) for annee in (2024, 2025)} if adulte or draw(st.booleans()) else {}
    return Personne(
        id=f"x{rang}",
        role=role,
        naissance=date(AU.year - ans, draw(st.integers(1, 12)), draw(st.integers(1, 28))) if ans else date(2026, 1, 1),
        a_charge=None if adulte else draw(st.booleans()),
        handicap=draw(st.booleans()),
        garde=draw(st.sampled_from([None, "principale", "alternee", "visite"])) if role == "enfant" else None,
        rfr=revenus,
        douze_mois=draw(montants) if adulte else None,
        net_mensuel=draw(st.integers(1, 600_000)) if adulte else None,
    )


@st.composite
def cas(draw: st.DrawFn) -> Cas:
    seconds = draw(st.sampled_from(["", "conjoint", "codemandeur"]))
    roles = ["demandeur", *([seconds] if seconds else [])]
    roles += draw(st.lists(st.sampled_from(["enfant", "ascendant", "autre"]), max_size=5))
    groupe = tuple(draw(personnes(role, rang)) for rang, role in enumerate(roles))
    menage = Menage(groupe, enfants_a_naitre=draw(st.integers(0, 2)))
    logement = Logement("T3", Decimal(62), 50_000, 60_000, "PLUS")
    return Cas(AU, draw(st.sampled_from(COMMUNES)), menage, None, logement)


def _avec(cas_: Cas, groupe: tuple[Personne, ...]) -> Cas:
    assert cas_.menage is not None
    return replace(cas_, menage=replace(cas_.menage, personnes=groupe))


@sobre
@given(cas(), st.integers(1, 2_000_000))
def test_more_income_never_opens_a_right(un: Cas, hausse: int) -> None:
    assert un.menage is not None
    premier, *reste = un.menage.personnes
    rfr = {annee: montant + hausse for annee, montant in premier.rfr.items()}
    plus_riche = _avec(un, (replace(premier, rfr=rfr, douze_mois=(premier.douze_mois or 0) + hausse), *reste))
    for financement in FINANCEMENTS:
        avant, apres = eligibilite(un, financement), eligibilite(plus_riche, financement)
        assert avant.statut == apres.statut
        assert not (apres.valeur and not avant.valeur)
        assert plafond_ressources(un, financement).valeur == plafond_ressources(plus_riche, financement).valeur
    supplements = [supplement_loyer_solidarite(c, ORDINAIRE, base_m2=BASE_M2).exige() for c in (un, plus_riche)]
    assert 0 <= supplements[0] <= supplements[1]
    for aide in (aide_logement, reduction_loyer_solidarite):
        avant, apres = aide(un), aide(plus_riche)
        assert avant.statut == apres.statut
        assert (avant.valeur or 0) >= (apres.valeur or 0)


@sobre
@given(cas())
def test_one_more_person_a_charge_never_lowers_a_ceiling_nor_a_size(un: Cas) -> None:
    assert un.menage is not None
    plus_grand = _avec(un, (*un.menage.personnes, Personne("n", "enfant", date(2018, 5, 1), True)))
    for financement in FINANCEMENTS:
        avant, apres = plafond_ressources(un, financement), plafond_ressources(plus_grand, financement)
        assert (avant.valeur or 0) <= (apres.valeur or 0)
        assert not (eligibilite(un, financement).valeur and eligibilite(plus_grand, financement).valeur is False)
    for borne, verdict in typologies(un).items():
        assert verdict.exige() <= typologies(plus_grand)[borne].exige()
    assert not (suroccupation(un).valeur and not suroccupation(plus_grand).valeur)
    assert not (sous_occupation(plus_grand).valeur and not sous_occupation(un).valeur)


@pytest.mark.parametrize("financement", FINANCEMENTS)
@sobre
@given(un=cas())
def test_equal_to_the_ceiling_is_in_and_a_cent_more_is_out(financement: str, un: Cas) -> None:
    assert un.menage is not None
    plafond = plafond_ressources(un, financement)
    assume(plafond.valeur is not None)  # three adults: the text of the PLI has no row
    egal, dessus = (_qui_gagne(un, plafond.exige() + de_plus) for de_plus in (0, 1))
    assert eligibilite(egal, financement).valeur is True
    assert eligibilite(dessus, financement).valeur is False
    if financement == "PLUS":  # 1.2 times a ceiling in whole euros is a whole count of cents
        seuil = plafond.exige() * 6 // 5
        assert supplement_du(_qui_gagne(un, seuil), ORDINAIRE).valeur is False
        assert supplement_du(_qui_gagne(un, seuil + 1), ORDINAIRE).valeur is True


def _qui_gagne(un: Cas, montant: int) -> Cas:
    """The same household with these resources, on the first person, for each year."""
    assert un.menage is not None
    sien = dict.fromkeys((2024, 2025), montant)
    rien = dict.fromkeys((2024, 2025), 0)
    premier, *reste = un.menage.personnes
    autres = (replace(p, rfr=rien, douze_mois=0) for p in reste)
    return _avec(un, (replace(premier, rfr=sien, douze_mois=montant), *autres))


@sobre
@given(cas(), st.randoms(use_true_random=False))
def test_order_of_persons_changes_nothing(un: Cas, hasard) -> None:
    assert un.menage is not None
    melange = list(un.menage.personnes)
    hasard.shuffle(melange)
    autre = _avec(un, tuple(melange))
    assert json.dumps(simulation_json(un)) == json.dumps(simulation_json(autre))
    assert _reponses(un) == _reponses(autre)


def _reponses(un: Cas) -> dict[str, object]:
    """What the other functions answer, reasons included; figures by person are compared by name."""
    dalo = recours_dalo(FaitsDalo(AU, {"personnes_actuelles": 3}, un, "75", surface_actuelle=Decimal(20)))
    return {
        "effort": effort_brut(un),
        "unites": unites_consommation(un),
        "supplement": supplement_loyer_solidarite(un, ORDINAIRE, base_m2=BASE_M2),
        "loyer": loyer_maximal(un, annexes=Decimal(4), convention=60_000),
        "catalogue": catalogue_aides(un, aide_logement(un)),
        "exactitude": exactitude(un),
        "pieces": [pieces_exigibles(un, {"nationalite": "FR"}, etape) for etape in ETAPES],
        "dalo": (dict(dalo.motifs), dalo.fonde),
    }


def _feuilles(arbre, chemin=""):
    for cle, valeur in arbre.items():
        if isinstance(valeur, Verdict):
            yield f"{chemin}{cle}", valeur
        else:
            yield from _feuilles(valeur, f"{chemin}{cle}.")


CHAMPS = ("naissance", "a_charge", "rfr", "net_mensuel")


@sobre
@given(cas(), st.data())
def test_an_unknown_fact_never_changes_an_answer(un: Cas, donnees: st.DataObject) -> None:
    """Forget facts: each leaf stays as it was, or becomes undecided and names something."""
    assert un.menage is not None
    oublies = []
    for personne in un.menage.personnes:
        for champ in donnees.draw(st.sets(st.sampled_from(CHAMPS), max_size=2)):
            personne = replace(personne, **{champ: {} if champ == "rfr" else None})
        oublies.append(personne)
    # Someone à charge without a figure counts 0, and unknown N-1 or twelve months only forgo a help: keep both alike.
    oublies = [replace(p, rfr={}) if not p.adulte else p for p in oublies]
    un = _avec(un, tuple(replace(p, rfr={}) if not p.adulte else p for p in un.menage.personnes))
    flou = _avec(un, tuple(oublies))
    nettes = dict(_feuilles(simulation(un)))
    for chemin, verdict in _feuilles(simulation(flou)):
        if verdict.sur:
            assert verdict.valeur == nettes[chemin].valeur, chemin
        else:
            assert verdict.manquants, chemin
    for calcul in (effort_brut, unites_consommation):
        if calcul(flou).sur:
            assert calcul(flou).valeur == calcul(un).valeur


@sobre
@given(cas())
def test_a_named_fact_settles_the_answer(un: Cas) -> None:
    """Filling every missing fact from the whole case gives the decided answer: nothing else was missing."""
    assert un.menage is not None
    flou = _avec(un, tuple(replace(p, a_charge=None) for p in un.menage.personnes))
    for verdict in (categorie_menage(flou), ressources_retenues(flou), *typologies(flou).values()):
        assert all(manquant.fait.endswith(".a_charge") for manquant in verdict.manquants)


def test_nothing_known_refuses_nothing() -> None:
    vide = Cas(AU)
    for chemin, verdict in _feuilles(simulation(vide)):
        ferme = chemin.startswith("aides.mobili_pass.")  # closed for everyone, whatever is known
        assert verdict.sur is ferme, chemin
        assert ferme or verdict.manquants
    assert not suroccupation(vide).sur
    assert not sous_occupation(vide).sur
    assert not effort_brut(vide).sur
    assert not unites_consommation(vide).sur


def test_a_known_answer_does_not_wait_for_a_useless_fact() -> None:
    """One room more or less changes the best typologie, not a child in shared custody."""
    enfant = Personne("e", "enfant", date(2015, 1, 1), None, garde="alternee")
    un = Cas(AU, "44109", Menage((Personne("d", "demandeur", rfr={2024: 1_000_000}), enfant)))
    assert typologies(un)["cible"].valeur == "T3"
    assert not categorie_menage(un).sur
    assert eligibilite(un, "PLUS").valeur is True


def test_a_refusal_says_what_a_proved_fall_would_change() -> None:
    riche = Personne("d", "demandeur", rfr={2024: 90_000_00})
    refus = {nom: eligibilite(Cas(AU, "44109", Menage((riche,))), nom) for nom in FINANCEMENTS}
    assert {verdict.valeur for verdict in refus.values()} == {False}
    assert [verdict.motifs[-1].code for verdict in refus.values()] == ["baisse_a_prouver"] * 3 + ["revenu_n1_a_prouver"]
    connu = replace(riche, rfr={2024: 90_000_00, 2025: 90_000_00}, douze_mois=90_000_00)
    assert len(eligibilite(Cas(AU, "44109", Menage((connu,))), "PLUS").motifs) == 1
