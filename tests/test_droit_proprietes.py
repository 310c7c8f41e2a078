"""Properties of the law: monotone in income, blind to order, an unknown is never a refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palier.droit.categorie import categorie_menage
from palier.droit.effort import effort_brut, unites_consommation
from palier.droit.menage import FINANCEMENTS, Cas, Logement, Menage, Personne
from palier.droit.occupation import sous_occupation, suroccupation, typologies
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.ressources import ressources_retenues
from palier.droit.simulation import simulation, simulation_json
from palier.droit.verdict import Verdict

AU = date(2026, 11, 24)
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
    logement = Logement("T3", None, 50_000, 60_000, "PLUS")
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


@sobre
@given(cas(), st.randoms(use_true_random=False))
def test_order_of_persons_changes_nothing(un: Cas, hasard) -> None:
    assert un.menage is not None
    melange = list(un.menage.personnes)
    hasard.shuffle(melange)
    autre = _avec(un, tuple(melange))
    assert json.dumps(simulation_json(un)) == json.dumps(simulation_json(autre))
    assert effort_brut(un).valeur == effort_brut(autre).valeur


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
