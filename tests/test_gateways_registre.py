"""The registration system, through its double."""

from datetime import date

import pytest

from palier.base.refusal import Refused
from palier.droit.numero_unique import lire_numero_unique
from palier.gateways import outage
from palier.gateways.registre import Dossier, Identite, Membre, normalise_numero, registre
from palier.gateways.registre.double import SAMPLES, numero_for

pytestmark = pytest.mark.django_db
WHO = Membre("Marchal", "Inès", date(1992, 3, 2))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PALIER_COURRIER = tmp_path / "demo" / "courrier"


def test_the_samples_hold_a_removed_one_and_the_seniority_of_2023():
    kept = registre().check("044 03 23 004217 G4401")
    assert kept is not None
    assert (kept.depose_le, kept.departement, kept.radie_le) == (date(2023, 3, 14), "44", None)
    removed = registre().check("0440622009104g4403")
    assert removed is not None
    assert removed.motif_radiation == "attribution"
    assert len(SAMPLES) == 4
    for numero in SAMPLES:
        assert lire_numero_unique(numero, "44").avertissements == ()


def test_an_unknown_number_is_none_and_a_bad_one_is_refused():
    assert registre().check("044112599999999999") is None
    with pytest.raises(Refused, match="18") as caught:
        normalise_numero("044 03 23")
    assert "044 03 23" in str(caught.value)


def test_a_number_is_given_once_for_a_reference():
    asked = Dossier("44", date(2026, 11, 24), (WHO,), "demande-1")
    given = registre().request_number(asked)
    assert registre().request_number(asked) == given
    assert given.numero.startswith("0441126")
    assert lire_numero_unique(given.numero, "44").avertissements == ()
    known = registre().check(given.numero)
    assert known is not None
    assert (known.demandeur, known.depose_le) == (Identite("Marchal", "Inès", date(1992, 3, 2)), date(2026, 11, 24))


def test_numbers_do_not_collide_and_ile_de_france_has_one_territory():
    given = {numero_for(f"demande-{index}", "44", date(2026, 11, 24)) for index in range(20_000)}
    assert len(given) == 20_000
    assert numero_for("x", "93", date(2026, 1, 5)).startswith("1110126")
    assert len(numero_for("x", "2A", date(2026, 1, 5))) == 18


def test_removal_is_remembered_and_the_first_one_stands():
    done = registre().radier("0441125018830G4407", "attribution", date(2026, 12, 20), reference="fin-1")
    again = registre().radier("0441125018830G4407", "renonciation", date(2026, 12, 24), reference="fin-2")
    assert again == done == registre().check("0441125018830G4407")
    with pytest.raises(ValueError, match="cause of removal"):
        registre().radier("0441125018830G4407", "parce_que", date(2026, 12, 20), reference="fin-3")
    with pytest.raises(Refused, match="ne connaît pas"):
        registre().radier("044112599999999999", "attribution", date(2026, 12, 20), reference="fin-4")


def test_when_it_is_down_every_question_says_so():
    outage.simulate("registre", down=True)
    for ask in (
        lambda: registre().check("0440323004217G4401"),
        lambda: registre().request_number(Dossier("44", date(2026, 11, 24), (WHO,), "d")),
        lambda: registre().radier("0440323004217G4401", "attribution", date(2026, 11, 24), reference="fin-5"),
    ):
        with pytest.raises(outage.GatewayDown) as caught:
            ask()
        assert caught.value.status == 503
        assert "gardée" in str(caught.value)


def test_without_configuration_no_number_is_invented(settings):
    settings.PALIER_MODE = "production"
    with pytest.raises(outage.GatewayDown, match="non configuré"):
        registre()
    with pytest.raises(RuntimeError, match="essais"):
        outage.simulate("registre", down=True)
