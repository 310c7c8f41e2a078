"""A fact is taken away, for what is not a leaf of `palier simuler`: aids, loyer, supplement, publics, DALO, life of a
demande, decision, exactness.

Those that read a case are tried on whole cases (`droit_kit`); those that are given facts one by one are `QUESTIONS`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from palier.droit.aide_logement import aide_logement, reduction_loyer_solidarite
from palier.droit.aides import catalogue_aides, cumuls
from palier.droit.aides.versions import NOMS
from palier.droit.bareme import bareme, table
from palier.droit.dalo import FaitsDalo, recours_dalo
from palier.droit.decision import Projet, decision_caleol, decisions
from palier.droit.delais_dalo import (
    delai_anormalement_long,
    delai_dalo,
    echeance_dalo,
    etapes_dalo,
    perte_dalo,
    silence_dalo,
)
from palier.droit.demande import radiation, reactivation
from palier.droit.effort import charge_logement, effort_brut, unites_consommation
from palier.droit.exactitude import PIECES, chiffre_rond, exactitude
from palier.droit.fonctions import fonctions
from palier.droit.loyer import indexation_irl, loyer_maximal
from palier.droit.menage import FINANCEMENTS, lire_cas
from palier.droit.occupation import personnes_pour_pieces
from palier.droit.pieces import ETAPES, IDENTITE, pieces_exigibles
from palier.droit.plafonds import zone_financement
from palier.droit.publics import autres_objectifs, public_prioritaire, publics, publics_prioritaires
from palier.droit.situation import BOOLEEN, faits_situation
from palier.droit.sls import Adresse, supplement_du, supplement_loyer_solidarite
from palier.droit.verdict import Verdict
from tests import droit_kit
from tests.droit_kit import (
    COMPLETS,
    LUS_ABSENTS,
    SANS_PIECE,
    T3,
    Cas,
    Chemin,
    Feuilles,
    a_oter,
    adulte,
    avec,
    cas,
    fait_manquant,
    mal_nommees,
    nom_du_fait,
    noms,
    personne,
    plates,
    possibles,
    sans,
    textes,
    tranchees,
)

AU = date(2026, 11, 24)
AUTOUR: Cas = {
    "quartier_prioritaire": False,
    "zone_revitalisation": False,
    "base_m2": "2.8",
    "annexes": "6",
    "convention": 600,
}
"""What the loyer and its supplement read beside the case."""
droit_kit.AUTRES.update(
    quartier_prioritaire=(True, False),
    zone_revitalisation=(True, False),
    base_m2=("0.5", "2", "4"),
    annexes=("0", "5", "16", "40"),
    convention=(300, 700, 900),
)
NOMMES = {
    "autour.quartier_prioritaire": "logement.quartier_prioritaire",
    "autour.zone_revitalisation": "logement.zone_revitalisation",
    "autour.annexes": "logement.annexes",
    "autour.convention": "programme.convention",
}
CAS_ENTIERS = {nom: {**un, "autour": AUTOUR} for nom, un in COMPLETS.items()} | {
    "au-dessus du plafond": {
        **cas(
            adulte("p1", "demandeur", "1980-03-02", 44_000, 3_300, douze_mois=43_100),
            adulte("p2", "conjoint", "1982-07-14", 29_000, 2_150, douze_mois=28_300),
            personne("p3", "enfant", "2015-05-05", a_charge=True, garde="alternee"),
            commune="75056",
            union="pacs",
        ),
        "autour": AUTOUR,
    },
    "au-dessus du plafond, loyer cher": {
        **cas(
            adulte("p1", "demandeur", "1980-03-02", 41_000, 3_300, douze_mois=40_900),
            commune="78646",
            logement={**T3, "loyer_hc": 1_010, "loyer_cc": 1_130},
        ),
        "autour": AUTOUR,
    },
}


def feuilles(un: Cas) -> Feuilles:
    """Every other verdict on a case, by dotted path."""
    lu, autour = lire_cas(un), un["autour"]
    adresse = Adresse(autour.get("quartier_prioritaire"), autour.get("zone_revitalisation"))
    base, annexes, convention = (autour.get(nom) for nom in ("base_m2", "annexes", "convention"))
    aide = aide_logement(lu)
    charge = charge_logement(lu)
    return {
        "supplement_du": supplement_du(lu, adresse),
        "supplement": supplement_loyer_solidarite(lu, adresse, base_m2=None if base is None else Decimal(base)),
        "loyer_maximal": loyer_maximal(
            lu,
            annexes=None if annexes is None else Decimal(annexes),
            convention=None if convention is None else convention * 100,
        ),
        "reduction": reduction_loyer_solidarite(lu),
        "reste_a_payer": charge.reste_a_payer,
        "effort_brut": effort_brut(lu),
        "unites_consommation": unites_consommation(lu),
        "personnes_pour_pieces": personnes_pour_pieces(lu),
        **{f"zone_financement.{nom}": zone_financement(lu.commune, nom, lu.au) for nom in FINANCEMENTS},
        **{
            f"aides.{une.code}.{quoi}": verdict
            for une in catalogue_aides(lu, aide)
            for quoi, verdict in (("eligible", une.eligible), ("montant", une.montant))
        },
        **{f"exactitude.{chemin}": verdict for chemin, verdict in exactitude(lu).items()},
    }


def nom_manquant(un: Cas, chemin: Chemin) -> str:
    """The path that a missing fact is named by."""
    return NOMMES.get(".".join(map(str, chemin)), fait_manquant(un, chemin)).replace(
        "autour.base_m2", f"sls.base_m2.{un['au'][:4]}"
    )


LUS, AUTREMENT = a_oter(CAS_ENTIERS, LUS_ABSENTS)


@pytest.mark.parametrize(("nom", "chemin"), LUS, ids=noms(LUS))
def test_an_absence_that_is_read_as_a_value_is_that_value(nom: str, chemin: Chemin) -> None:
    entier = CAS_ENTIERS[nom]
    fait = nom_du_fait(entier, chemin)
    lue = avec(entier, chemin, LUS_ABSENTS[fait])
    assert textes(feuilles(sans(entier, chemin))) == textes(feuilles(lue))


@pytest.mark.parametrize(("nom", "chemin"), AUTREMENT, ids=noms(AUTREMENT))
def test_a_missing_fact_decides_nothing_in_its_place(nom: str, chemin: Chemin) -> None:
    entier = CAS_ENTIERS[nom]
    assert not tranchees(feuilles(sans(entier, chemin)), possibles(feuilles, entier, chemin))


@pytest.mark.parametrize(("nom", "chemin"), AUTREMENT, ids=noms(AUTREMENT))
def test_a_missing_fact_is_named_with_its_piece(nom: str, chemin: Chemin) -> None:
    entier = CAS_ENTIERS[nom]
    avant, apres = feuilles(entier), feuilles(sans(entier, chemin))
    prouvable = chemin[-1] not in SANS_PIECE and chemin[0] != "autour"
    assert not mal_nommees(avant, apres, nom_manquant(entier, chemin), prouvable=prouvable)


def test_exactness_asks_for_each_figure_that_it_compares() -> None:
    """Twelve months can only help a ceiling, so their absence is read as a value there; a comparison needs them."""
    entier = CAS_ENTIERS["au-dessus du plafond"]
    for rang, fait in itertools.product((0, 1), PIECES):
        chemin = ("menage", "personnes", rang, fait, *(("2024",) if fait == "rfr" else ()))
        apres = feuilles(sans(entier, chemin))
        sur = {cle for cle, verdict in apres.items() if verdict.sur}
        comparees = {"rfr": {"fiches_contre_avis"}, "douze_mois": {"douze_mois_contre_fiches"}}
        for nom in comparees.get(fait, {"fiches_contre_avis", "douze_mois_contre_fiches"}):
            assert f"exactitude.{nom}" not in sur
            nommes = {manquant.fait: manquant.piece for manquant in apres[f"exactitude.{nom}"].manquants}
            assert nommes == {fait_manquant(entier, chemin): PIECES[fait]}
    assert chiffre_rond(None, "x", "AVIS_IMPOT_N2").manquants[0].piece == "AVIS_IMPOT_N2"


@dataclass(frozen=True)
class Question:
    """A function given facts one by one: a whole set of them, and for some the other values, the name, the piece."""

    calcul: Callable[..., Any]
    faits: Mapping[str, object]
    autres: Mapping[str, tuple[object, ...]]
    nommes: Mapping[str, str]
    pieces: Mapping[str, str] = field(default_factory=dict)

    def feuilles(self, **faits: object) -> Feuilles:
        """The verdicts, by dotted path."""
        return plates({"reponse": self.calcul(**{**self.faits, **faits})})


def recours(situation: Mapping[str, object] | None = None, **faits: Any) -> Mapping[str, Any]:
    """The verdicts of a recourse; `personnes_actuelles` is a number of the situation."""
    occupants = faits.pop("personnes_actuelles", None)
    boites = {**(situation or {}), **({} if occupants is None else {"personnes_actuelles": occupants})}
    tout = recours_dalo(FaitsDalo(AU, boites, **faits))
    return {"conditions": tout.conditions, "motifs": tout.motifs, "fonde": tout.fonde}


def _menage(rfr: int, **enfant: object) -> Any:
    personnes = [adulte("p1", "demandeur", "1985-03-02", rfr, 1_500)]
    return lire_cas(cas(*personnes, *([{"id": "p2", "role": "enfant", **enfant}] if enfant else [])))


DALO: dict[str, object] = {
    "cas": _menage(19_000),
    "departement": "75",
    "typologie": "T2",
    "depot": date(2020, 1, 1),
    "proposition_adaptee": False,
    "sejour_regulier": True,
}
DALO_AUTRES: dict[str, tuple[object, ...]] = {
    "cas": (_menage(120_000), _menage(0), _menage(19_000, naissance="2015-05-05", a_charge=True)),
    "departement": ("31", "69", "75"),
    "typologie": ("T1", "T2", "T4", "T8"),
    "depot": (date(2010, 1, 1), date(2017, 11, 24), date(2026, 11, 1)),
    "proposition_adaptee": (True, False),
    "sejour_regulier": (True, False),
    "lieu": ("structure", "transition"),
    "lieu_depuis": (date(2020, 1, 1), date(2025, 12, 1), date(2026, 11, 1)),
    "jugement_expulsion": (True, False),
    "non_decent": (True, False),
    "surface_actuelle": (Decimal(9), Decimal(40)),
    "personnes_actuelles": (1, 4, 8),
}
DALO_NOMMES = {
    "cas": "menage.personnes",
    "departement": "departement",
    "typologie": "typologie",
    "depot": "anciennete_mois",
    "surface_actuelle": "dalo.surface_actuelle",
    "personnes_actuelles": "dalo.surface_actuelle",
} | {nom: f"dalo.{nom}" for nom in ("proposition_adaptee", "sejour_regulier", "lieu", "lieu_depuis",
                                    "jugement_expulsion", "non_decent")}  # fmt: skip
DALO_PIECES = {"cas": "AVIS_IMPOT_N2", "sejour_regulier": "TITRE_SEJOUR", "lieu": "ATTESTATION_STRUCTURE",
               "lieu_depuis": "ATTESTATION_STRUCTURE", "jugement_expulsion": "EXPULSION",
               "non_decent": "NON_DECENT"}  # fmt: skip


def dalo_mineur(**enfant: Any) -> Question:
    """A child à charge in a bad dwelling: its facts are taken away one by one."""
    autres = {"naissance": ("2001-01-01", "2008-11-24", "2008-11-25"), "a_charge": (True, False)}
    return Question(
        lambda **faits: recours(
            **{**DALO, "cas": _menage(19_000, **{n: v for n, v in faits.items() if v is not None}), "non_decent": True}
        ),
        {"naissance": "2015-05-05", "a_charge": True, **enfant},
        autres,
        {nom: f"menage.personnes.p2.{nom}" for nom in autres},
        {"naissance": "LIVRET_OU_NAISSANCE", "a_charge": "AVIS_IMPOT_N2"},
    )


def dalo(situation: Mapping[str, object], **faits: object) -> Question:
    """A recourse with facts beside the usual ones; those of the situation are no argument to take away."""
    tous = {**DALO, **faits}
    return Question(
        recours,
        {**tous, "situation": situation},
        {nom: DALO_AUTRES[nom] for nom in tous},
        DALO_NOMMES,
        DALO_PIECES,
    )


COCHES = [nom for nom, fait in faits_situation().items() if fait.type == BOOLEEN]
SITUATIONS = ({}, *({nom: True} for nom in COCHES), dict.fromkeys(COCHES, True))
JOURS = (date(2023, 1, 1), date(2025, 10, 24), date(2026, 11, 23), date(2026, 12, 1))


def sortie(acte: Callable[..., Verdict[bool]], motif: str, **faits: date) -> Question:
    """A removal, or a reactivation, on a ground."""
    nommes = {nom: f"radiation.{motif}.{nom}" for nom in faits}
    return Question(acte, {"motif": motif, "au": AU, **faits}, dict.fromkeys(faits, JOURS), nommes)


def lettre(une: str, **faits: object) -> Question:
    """A decision of the commission; an empty text is not given yet."""
    autres: dict[str, tuple[object, ...]] = {
        "motif": ("Le logement est trop petit.", *bareme("decision")["motifs_interdits"]["libelles"]),
        "ordre": (1, 4),
        "condition": ("Signer le bail précédent.",),
        "avant": (date(2026, 11, 23), date(2027, 1, 1)),
        "avertissement": (date(2026, 1, 1), date(2026, 11, 24)),
    }
    return Question(
        lambda **tous: decision_caleol(Projet(une, AU, **{n: v for n, v in tous.items() if v is not None})),
        faits,
        {nom: autres[nom] for nom in faits},
        {nom: f"decision.{nom}" for nom in faits},
    )


QUESTIONS = {
    "publics": Question(
        lambda situation: publics_prioritaires(situation, AU),
        {"situation": {"dalo": True}},
        {"situation": SITUATIONS},
        {"situation": "situation."},
    ),
    "un public": Question(
        lambda situation: public_prioritaire(situation, AU),
        {"situation": {}},
        {"situation": SITUATIONS},
        {"situation": "situation."},
    ),
    "autres objectifs": Question(
        lambda situation: autres_objectifs(situation, AU),
        {"situation": {"travailleur_essentiel": True}},
        {"situation": SITUATIONS},
        {"situation": "situation."},
    ),
    "dalo, délai": dalo({}),
    "dalo, délai dépassé": dalo({}, depot=date(2010, 1, 1)),
    "dalo, sans logement": dalo({"sans_logement": True}),
    "dalo, structure": dalo({"heberge_structure": True}, lieu="structure", lieu_depuis=date(2025, 1, 1)),
    "dalo, transition": dalo({"heberge_structure": True}, lieu="transition", lieu_depuis=date(2026, 1, 1)),
    "dalo, expulsion": dalo({"menace_expulsion": True}, jugement_expulsion=True),
    "dalo, expulsion demandée": dalo({"menace_expulsion": True}, jugement_expulsion=False),
    "dalo, handicap": dalo(
        {"handicap": True}, surface_actuelle=Decimal(18), personnes_actuelles=2, non_decent=False, typologie="T1"
    ),
    "dalo, mineur": dalo_mineur(),
    "dalo, majeur": dalo_mineur(naissance="2001-01-01"),
    "dalo, mineur non à charge": dalo_mineur(a_charge=False),
    "délai anormalement long": Question(
        lambda **faits: delai_anormalement_long(**faits, au=AU),
        {"departement": "75", "typologie": "T2", "anciennete_mois": 100},
        {
            "departement": ("31", "69", "75"),
            "typologie": ("T1", "T4"),
            "anciennete_mois": (0, 23, 24, 72, 108, 120, 240),
        },
        {nom: nom for nom in ("departement", "typologie", "anciennete_mois")},
    ),
    **{
        f"délai dalo {etape}": Question(
            lambda departement, etape=etape: {
                "delai": delai_dalo(etape, departement),
                "echeance": echeance_dalo(etape, date(2026, 8, 24), departement),
            },
            {"departement": "44"},
            {"departement": ("75", "97")},
            {"departement": "departement"},
        )
        for etape in etapes_dalo()
    },
    "silence": Question(
        lambda departement: silence_dalo("logement", date(2026, 7, 24), departement, AU),
        {"departement": "44"},
        {"departement": ("75", "974")},
        {"departement": "departement"},
    ),
    "perte": Question(perte_dalo, {"avertie": True}, {"avertie": (True, False)}, {"avertie": "dalo.avertissement"}),
    "radiation, attribution": sortie(radiation, "attribution", fait_le=date(2026, 11, 20)),
    "radiation, renonciation": sortie(radiation, "renonciation", fait_le=date(2026, 11, 20)),
    "radiation, sans réponse": sortie(radiation, "sans_reponse", avertissement=date(2026, 10, 1)),
    "radiation, irrecevabilité": sortie(radiation, "irrecevabilite", avertissement=date(2026, 10, 1)),
    "radiation, non renouvellement": sortie(
        radiation, "non_renouvellement", depuis=date(2025, 10, 1), avertissement=date(2026, 9, 1)
    ),
    "reprise, non renouvellement": sortie(reactivation, "non_renouvellement", depuis=date(2025, 10, 1)),
    "reprise, sans réponse": sortie(reactivation, "sans_reponse", radiee_le=date(2026, 10, 1)),
    "décision a": lettre("a"),
    "décision b": lettre("b", ordre=2),
    "décision c": lettre("c", condition="Signer le bail précédent.", avant=date(2026, 12, 24)),
    "décision d": lettre("d", motif="Le logement est trop petit."),
    "décision e": lettre("e", motif="Le titre de séjour a pris fin.", avertissement=date(2026, 11, 1)),
}
A_OTER = [(nom, fait) for nom, question in QUESTIONS.items() for fait in question.autres]


@pytest.mark.parametrize(("nom", "fait"), A_OTER)
def test_a_missing_argument_decides_nothing_in_its_place(nom: str, fait: str) -> None:
    question = QUESTIONS[nom]
    autres = [question.feuilles(), *(question.feuilles(**{fait: valeur}) for valeur in question.autres[fait])]
    assert not tranchees(question.feuilles(**{fait: None}), autres)


@pytest.mark.parametrize(("nom", "fait"), A_OTER)
def test_a_missing_argument_is_named_with_its_piece(nom: str, fait: str) -> None:
    question = QUESTIONS[nom]
    avant, apres = question.feuilles(), question.feuilles(**{fait: None})
    for cle, verdict in apres.items():
        if avant[cle].sur and not verdict.sur:
            siens = [manquant for manquant in verdict.manquants if manquant.fait.startswith(question.nommes[fait])]
            assert siens, f"{cle}: {verdict.manquants}"
            assert question.pieces.get(fait) in (None, *(manquant.piece for manquant in siens)), cle


def test_the_decision_lacks_nothing_else() -> None:
    assert {nom[-1] for nom in QUESTIONS if nom.startswith("décision")} == {une.code for une in decisions().values()}
    assert all(QUESTIONS[f"décision {une.code}"].feuilles()["reponse"].valeur for une in decisions().values())


@pytest.mark.parametrize("code", publics())
def test_a_public_declared_without_its_proof_is_never_refused(code: str) -> None:
    public = publics()[code]
    declaree = {str(public.fait): True}
    for pieces in ({}, {"ID_FR": None}, {public.pieces[0]: date(2026, 11, 23)}):
        verdict = publics_prioritaires(declaree, AU, pieces)[code]
        assert verdict.valeur is None
        assert [(m.fait, m.piece) for m in verdict.manquants] == [(f"situation.{public.fait}", public.pieces[0])]
    assert publics_prioritaires(declaree, AU, {public.pieces[0]: AU})[code].valeur is True


def test_the_pieces_that_may_be_asked_for_only_shrink_when_a_fact_is_unknown() -> None:
    """The other way round: what is unknown asks for nothing, but a proof of identity."""
    lu = lire_cas(CAS_ENTIERS["garde alternée"])
    pleine = {**dict.fromkeys(COCHES, True), "nationalite": "FR", "divorce": True, "ressources": ["SAL"]}
    for etape, fait in itertools.product(ETAPES, pleine):
        moins = {piece.code for piece, _ in pieces_exigibles(lu, {**pleine, fait: None}, etape)}
        assert moins <= {piece.code for piece, _ in pieces_exigibles(lu, pleine, etape)} | set(IDENTITE)


def test_an_index_that_is_not_published_is_named_and_never_guessed() -> None:
    publies = {(int(ligne["annee"]), int(ligne["trimestre"])) for ligne in table("irl")}
    tous = list(itertools.product(range(2015, 2028), (1, 2, 3, 4)))
    for depuis, jusqu_a in itertools.product(tous, tous[::5]):
        verdict = indexation_irl(600_00, depuis, jusqu_a)
        absents = {f"irl.{annee}.T{rang}" for annee, rang in {depuis, jusqu_a} - publies}
        assert {manquant.fait for manquant in verdict.manquants} == absents


def test_two_aids_that_no_text_joins_are_not_refused_together() -> None:
    exclus = {tuple(ligne["codes"]) for ligne in bareme("aides")["cumul"] if ligne.get("permis") is False}
    for paire in itertools.combinations_with_replacement(sorted((*NOMS, "logement_social")), 2):
        verdict = cumuls(paire)
        assert (verdict.valeur is False) is (paire in exclus)
        assert verdict.sur or verdict.manquants


LEUR_REPONSE_SUFFIT = {
    "aides.accompagnement.cout_accompagnement": "reads nothing",
    "aides.mobilite.montant_mobili_jeune": "in the catalogue",
    "decision.candidats_minimum": "every argument is given: a count, two boxes",
    "decision.reponse_offre": "no answer yet is an answer: silence",
    "delais_dalo.formulaire_dalo": "every argument is given",
    "demande.validite_demande": "every argument is given",
    "demande.enregistrement_tardif": "every argument is given",
    "pieces.piece_exigible": "by the pieces that may be asked for",
    "pieces.piece_recente": "every argument is given",
    "publics.non_publics": "reads nothing",
}
"""The functions that have no fact to take away, or whose facts are taken away through another: why."""
PAR_LES_FEUILLES = {"acces", "categorie", "ressources", "zones", "plafonds", "occupation", "aide_logement", "effort",
                    "aides.loca_pass", "aides.visale", "aides.mobilite", "aides.accompagnement", "exactitude",
                    "sls", "loyer"}  # fmt: skip
PAR_LES_QUESTIONS = {"publics", "dalo", "delais_dalo", "demande", "decision", "aides.combinaisons", "pieces"}
PAR_LES_PIECES = {"lecture_pieces.concordance", "lecture_pieces.regles"}
"""What was not read of a piece is taken away in tests/test_droit_lecture_pieces.py."""


def test_every_function_that_answers_has_its_facts_taken_away() -> None:
    modules = {une.module for une in fonctions() if une.verdict}
    assert modules == PAR_LES_FEUILLES | PAR_LES_QUESTIONS | PAR_LES_PIECES
    assert set(LEUR_REPONSE_SUFFIT) <= {une.chemin for une in fonctions() if une.verdict}
