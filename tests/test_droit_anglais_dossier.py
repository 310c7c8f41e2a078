"""Publics, DALO, pieces, the life of a demande, decisions and exactness speak English to the last sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from palier.droit.bareme import dictionnaire
from palier.droit.dalo import FaitsDalo, recours_dalo
from palier.droit.decision import Projet, candidats_minimum, decision_caleol, motifs_interdits, reponse_offre
from palier.droit.delais_dalo import (
    delai_anormalement_long,
    echeance_dalo,
    etapes_dalo,
    formulaire_dalo,
    perte_dalo,
    silence_dalo,
)
from palier.droit.demande import enregistrement_tardif, radiation, reactivation, validite_demande
from palier.droit.exactitude import chiffre_rond, douze_mois_contre_fiches, exactitude
from palier.droit.explication import explication
from palier.droit.menage import lire_cas
from palier.droit.numero_unique import motifs_radiation
from palier.droit.pieces import ETAPES, piece_exigible, piece_recente, pieces, pieces_exigibles
from palier.droit.publics import autres_objectifs, non_publics, public_prioritaire, publics, publics_prioritaires
from palier.droit.situation import faits_situation
from palier.droit.verdict import Verdict, etabli

AU = date(2026, 11, 24)
VEILLE = date(2026, 11, 23)
TARD = date(2030, 1, 1)
SEUL = lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "naissance": "1990-01-01"}]}})
MODESTE = lire_cas(
    {
        "au": "2026-11-24",
        "commune": "44109",
        "menage": {"personnes": [{"role": "demandeur", "rfr": {"2024": 9_000}}]},
    }
)
FAMILLE = lire_cas(
    {
        "au": "2026-11-24",
        "menage": {
            "union": "mariage",
            "enfants_a_naitre": 1,
            "personnes": [
                {"role": "demandeur", "rfr": {"2024": 10_000, "2025": 1_000}, "handicap": True},
                {"role": "conjoint", "rfr": {"2024": 0, "2025": 0}},
                {"role": "enfant", "a_charge": True},
            ],
        },
        "emploi": {"contrat": "alternance"},
    }
)
TOUT = {nom: True for nom, fait in faits_situation().items() if fait.type == "booleen"}


def _publics() -> Iterator[Verdict[Any]]:
    for situation, pieces_tenues in ((None, None), ({}, None), (TOUT, None), (TOUT, {}), (TOUT, {"DALO": VEILLE})):
        yield from publics_prioritaires(situation, AU, pieces_tenues).values()
        yield from autres_objectifs(situation, AU, pieces_tenues).values()
    yield from publics_prioritaires(TOUT, AU, {code: None for un in publics().values() for code in un.pieces}).values()
    yield publics_prioritaires({}, date(2020, 1, 1))["ASE"]
    yield from (*non_publics().values(), public_prioritaire({}, AU))


def _dalo() -> Iterator[Verdict[Any]]:
    yield from (echeance_dalo(etape, AU, lieu) for etape in etapes_dalo() for lieu in (None, "75", "974"))
    yield from (silence_dalo("logement", AU, "75", jour) for jour in (AU, TARD))
    yield from (perte_dalo(avertie) for avertie in (True, False, None))
    yield from (formulaire_dalo(objet) for objet in ("logement", "hebergement"))
    for lieu, mois in ((None, 1), ("44", 1), ("92", 1), ("75", None), ("75", 80), ("75", 1), ("69", 99)):
        yield delai_anormalement_long(lieu, None, mois, AU)
    for situation in ({}, TOUT, {"heberge_structure": True}, {"handicap": True}):
        for sejour in (None, True, False):
            for depuis in (None, date(2020, 1, 1)):
                faits = FaitsDalo(AU, situation, SEUL, sejour_regulier=sejour, lieu_depuis=depuis)
                recours = recours_dalo(faits)
                yield from (recours.fonde, recours.conditions["sejour_regulier"], *recours.motifs.values())
    yield recours_dalo(FaitsDalo(AU, cas=MODESTE, sejour_regulier=True, proposition_adaptee=True)).fonde
    yield recours_dalo(FaitsDalo(AU)).conditions["conditions_acces"]


def _pieces() -> Iterator[Verdict[Any]]:
    raisons = {motif for motif in (piece.motif for piece in pieces().values()) if motif}
    declares = {piece.declencheur: True for piece in pieces().values() if piece.declencheur}
    ressources = [code for codes in dictionnaire("pieces")["ressources"].values() for code in codes]
    for nationalite in ("FR", "UE", "HORS_UE", None):
        situation = {**declares, "nationalite": nationalite, "ressources": ressources, "motifs": sorted(raisons)}
        for etape in ETAPES:
            yield from (etabli(True, motif) for _, motif in pieces_exigibles(FAMILLE, situation, etape))
    yield from (etabli(True, motif) for _, motif in pieces_exigibles(SEUL, {"heberge_tiers": True}, "instruction"))
    pacses = replace(FAMILLE, menage=replace(FAMILLE.menage, union="pacs"))
    yield from (etabli(True, motif) for _, motif in pieces_exigibles(pacses, {}, "instruction"))
    for code in ("RIB", "PERSPECTIVE_CDD", "VEUVAGE", "ID_FR"):
        yield piece_exigible(code, SEUL, {}, "instruction")
    for jour in (AU, TARD, date(2020, 1, 1)):
        yield piece_recente("BULLETINS_SALAIRE", jour, AU)
    yield piece_recente("PACS", AU, AU)


def _demande() -> Iterator[Verdict[Any]]:
    for mois in range(1, 13):
        for annee in (2025, 2026, 2027):
            yield from (validite_demande(date(2026, 1, 15), date(annee, mois, 1), radiee=oui) for oui in (True, False))
    yield radiation("autre", AU)
    for motif in motifs_radiation():
        yield from (radiation(motif, AU), reactivation(motif, AU))
        for jour in (date(2020, 1, 1), TARD):
            yield radiation(motif, AU, depuis=jour, avertissement=jour, fait_le=jour)
            yield reactivation(motif, AU, depuis=jour, radiee_le=jour)
    yield from (enregistrement_tardif(jour, AU) for jour in (AU, date(2020, 1, 1)))


def _decisions() -> Iterator[Verdict[Any]]:
    for lettre in "abcdef":
        yield decision_caleol(Projet(lettre, AU))
        for jour in (VEILLE, TARD, None):
            yield decision_caleol(Projet(lettre, AU, "mixite_sociale", 1, "un garant", jour, jour))
    yield from (decision_caleol(Projet("d", AU, motif)) for motif in motifs_interdits())
    yield from (reponse_offre(AU, jour, dite) for jour in (AU, TARD) for dite in (None, "refus"))
    yield from (candidats_minimum(5), candidats_minimum(1), candidats_minimum(5, dalo_prefet=True))
    yield candidats_minimum(5, plai_adapte=True)


def _exactitude() -> Iterator[Verdict[Any]]:
    for rfr, net, douze in ((20_000, 1_720, 20_000), (90_000, 1_723, 1), (1, 1_723, 90_000), (18_576, 1_720, 18_576)):
        moi = {"role": "demandeur", "rfr": {"2024": rfr}, "net_mensuel": net, "douze_mois": douze}
        yield from exactitude(lire_cas({"au": "2026-11-24", "menage": {"personnes": [moi]}})).values()
    yield chiffre_rond(None, "x", "AVIS_IMPOT_N2")
    moi = {"role": "demandeur", "net_mensuel": 1}
    yield douze_mois_contre_fiches(lire_cas({"au": "2026-11-24", "menage": {"personnes": [moi]}}))


FAMILLES = (_publics, _dalo, _pieces, _demande, _decisions, _exactitude)


EMPRUNTES = {"menage.personnes.*.rfr.*", "menage.personnes.*.net_mensuel", "commune"}
"""Facts that other rooms of the law ask for, and say."""


@pytest.mark.parametrize("famille", FAMILLES)
def test_every_sentence_is_said_in_english(famille: Any) -> None:
    lignes = [ligne for verdict in famille() for ligne in explication(verdict, "en") if ligne.code not in EMPRUNTES]
    assert lignes
    assert {ligne.code for ligne in lignes if ligne.langue != "en"} == set()
    assert all(ligne.texte.endswith(".") for ligne in lignes)
    assert all(len(phrase.split()) <= 25 for ligne in lignes for phrase in ligne.texte.split(". "))
