"""The pieces of a dossier, person by person; nothing but the closed list, and what a person adds freely."""

from __future__ import annotations

from datetime import date

from palier.droit.dossier_pieces import fin_de_validite, pieces_de_priorite, pieces_du_dossier, pieces_volontaires
from palier.droit.menage import Cas, lire_cas
from palier.droit.pieces import pieces

FR = {"nationalite": "FR"}


def _cas(union: str | None = None, *autres: dict[str, object]) -> Cas:
    personnes = [{"id": "p1", "role": "demandeur", "naissance": "1990-01-01", "rfr": {}}, *autres]
    return lire_cas({"au": "2026-11-24", "menage": {"union": union, "personnes": personnes}})


CONJOINT = {"id": "p2", "role": "conjoint", "naissance": "1991-01-01"}
ENFANT = {"id": "p3", "role": "enfant", "naissance": "2015-01-01", "a_charge": True}
AINE = {"id": "p4", "role": "enfant", "naissance": "2005-01-01", "a_charge": True}
ASCENDANT = {"id": "p5", "role": "ascendant", "naissance": "1950-01-01", "a_charge": True}
PARTI = {"id": "p6", "role": "enfant", "naissance": "2000-01-01", "a_charge": False}


def _qui(cas: Cas, code: str, recus: dict[str, frozenset[str]] | None = None) -> list[str | None]:
    return [piece.personne for piece in pieces_du_dossier(cas, FR, recus) if piece.code == code]


def test_one_tax_notice_for_a_married_couple_and_two_for_a_couple_that_is_not():
    assert _qui(_cas("mariage", CONJOINT, ENFANT), "AVIS_IMPOT_N2") == [None]
    assert _qui(_cas("concubinage", CONJOINT, ENFANT), "AVIS_IMPOT_N2") == [None, "p2"]
    assert _qui(_cas(None, AINE, ASCENDANT, PARTI), "AVIS_IMPOT_N2") == [None, "p5"]


def test_the_identity_of_each_other_adult_and_of_no_child():
    cas = _cas("mariage", CONJOINT, ENFANT, AINE, ASCENDANT, PARTI)
    assert _qui(cas, "ID_AUTRES_MAJEURS") == ["p2", "p4", "p5"]
    assert _qui(cas, "LIVRET_OU_NAISSANCE") == [None]
    assert _qui(_cas(), "ID_AUTRES_MAJEURS") == []


def test_payslips_of_those_who_receive_a_wage():
    cas = _cas("concubinage", CONJOINT)
    situation = {**FR, "ressources": ["SAL"]}
    both = {"p1": frozenset({"SAL"}), "p2": frozenset({"SAL", "AF"})}
    codes = [
        p.personne for recus in (both, {"p2": frozenset({"SAL"})}, None)
        for p in pieces_du_dossier(cas, situation, recus) if p.code == "BULLETINS_SALAIRE"
    ]  # fmt: skip
    assert codes == [None, "p2", "p2", None]


def test_an_empty_case_asks_for_the_common_pieces_only():
    cas = lire_cas({"au": "2026-11-24"})
    assert {piece.personne for piece in pieces_du_dossier(cas, FR)} == {None}
    assert "ID_FR" in {piece.code for piece in pieces_du_dossier(cas, FR)}


def test_a_priority_that_is_declared_may_be_proved():
    assert [p.code for p in pieces_de_priorite({"dalo": True})] == ["DALO"]
    assert pieces_de_priorite({"dalo": False}) == ()
    (proof,) = pieces_de_priorite({"dalo": True, "sans_logement": True})
    assert not proof.bloquante
    assert proof.motif.texte


def test_what_may_be_added_is_on_no_list_and_blocks_nothing():
    added = pieces_volontaires()
    assert {p.code for p in added} == {
        "RIB", "JUSTIFICATIF_DOMICILE", "CONTRAT_DE_TRAVAIL_SALARIE", "PERSPECTIVE_CDD",
    }  # fmt: skip
    assert not any(p.bloquante or not p.volontaire for p in added)
    assert all("avant l'attribution" in p.motif.texte for p in added)
    listed = {p.code for p in pieces().values() if not p.du_bail}
    assert not listed & {p.code for p in added}
    assert next(p.court for p in added if p.code == "JUSTIFICATIF_DOMICILE") == "justificatif de domicile"


def test_the_last_day_of_a_piece():
    end, day = date(2030, 5, 1), date(2026, 9, 30)
    assert fin_de_validite("TITRE_SEJOUR", expiration=end) == end
    assert fin_de_validite("ID_FR", expiration=end) is None
    assert fin_de_validite("AVIS_IMPOT_N2", annee_revenus=2024) == date(2026, 12, 31)
    assert fin_de_validite("AVIS_IMPOT_N2") is None
    assert fin_de_validite("BULLETINS_SALAIRE", datee=day) == date(2026, 12, 30)
    assert fin_de_validite("BULLETINS_SALAIRE") is None
    assert fin_de_validite("RIB", datee=day) is None
