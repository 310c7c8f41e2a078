"""Which code was typed, where the right one is, and what the register of employers says of an establishment."""

import pytest

from palier.base.refusal import Refused
from palier.gateways.sirene import codes, confusion, normalise_siret, recognise
from palier.gateways.sirene.client import read
from palier.portals.codes import explain_code, where_is

SIRET, SIREN, NUMERO, NIR, CODE = (
    "732 829 320 00074", "732 829 320", "044 03 26 016982 G1104", "1 84 12 76 451 089 46", "ES-7KQM-3XVB",
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kind"),
    [(SIRET, "siret"), (SIREN, "siren"), (CODE, "code_specifique"), (CODE.lower(), "code_specifique"),
     ("044032601698244001", "numero_unique"), ("0440326016982G1104", "numero_unique"), ("356 000 000 00048", "siret"),
     ("184127645108946", "nir"), ("1841276451089", "nir")],
)  # fmt: skip
def test_each_code_is_recognised_however_it_is_spaced(typed, kind):
    found = recognise(typed)
    assert found is not None
    assert found.slug == kind


@pytest.mark.parametrize("typed", ["", "bonjour", "73282932000075", "732829321", "184127645108947", "ES-0O1I-3XVB"])
def test_what_has_the_form_of_no_code_is_not_given_a_name(typed):
    assert recognise(typed) is None


@pytest.mark.parametrize("expected", list(codes()))
@pytest.mark.parametrize("typed", [SIRET, SIREN, CODE, "0440326016982G1104", "184127645108946"])
def test_a_code_in_the_field_of_another_says_which_and_where_the_right_one_is(typed, expected):
    said, found = explain_code(typed, expected), recognise(typed)
    assert found is not None
    if found.slug == expected:
        assert said == ""
    else:
        assert found.nom in said
        assert codes()[expected].nom in said
        assert where_is(expected) in said


@pytest.mark.parametrize("typed", ["0440326016982G1104", "184127645108946", CODE, SIREN])
def test_the_field_of_the_siret_names_the_code_that_was_typed(typed):
    with pytest.raises(Refused) as caught:
        normalise_siret(typed)
    found, said = recognise(typed), confusion(typed, "siret")
    assert found is not None
    assert said is not None
    assert caught.value.code == f"siret_est_un_{found.slug}"
    assert (caught.value.detail, caught.value.mend, caught.value.value) == (*said, typed)


def raw(state="A", unit_state="A", bracket="03", category="5710", activity="62.01Z"):
    return {
        "uniteLegale": {
            "denominationUniteLegale": "ESSAI", "categorieJuridiqueUniteLegale": category,
            "activitePrincipaleUniteLegale": activity, "trancheEffectifsUniteLegale": bracket,
            "etatAdministratifUniteLegale": unit_state,
        },
        "adresseEtablissement": {"codeCommuneEtablissement": "44109"},
        "periodesEtablissement": [{"etatAdministratifEtablissement": state}],
    }  # fmt: skip


def test_the_register_says_bounds_and_never_an_exact_head_count():
    assert (read("1", raw()).effectif, read("1", raw()).effectif_max) == (6, 9)
    assert (read("1", raw(bracket="53")).effectif, read("1", raw(bracket="53")).effectif_max) == (10_000, None)
    assert (read("1", raw(bracket="NN")).effectif, read("1", raw(bracket="NN")).effectif_max) == (None, None)


@pytest.mark.parametrize(("state", "unit", "opened"), [("A", "A", True), ("F", "A", False), ("A", "C", False)])
def test_a_closed_establishment_or_a_ceased_employer_is_told(state, unit, opened):
    assert read("1", raw(state, unit)).ouvert is opened
