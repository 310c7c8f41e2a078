"""The messages of the registration system: written, read back, and refused when they are not what they should be."""

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from palier.base import limits
from palier.gateways.registre import Dossier, Membre, codes
from palier.gateways.registre.double import SAMPLES, serve
from palier.gateways.registre.envelope import BadMessage, parse, serialise
from palier.gateways.registre.reading import read_message
from palier.gateways.registre.writing import message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
NS = "http://nuu.application.i2/"
PUBLISHED = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ns1:interfaceNuu versionInterface="02.00" xmlns:ns1="{NS}"><ns1:entete>
<ns1:dateFichier>2018-03-15T16:54:06.339+01:00</ns1:dateFichier></ns1:entete><ns1:demande><ns1:demandeLogement>
<ns1:numUnique>1110318016982G1104</ns1:numUnique><ns1:dateCreationDemande>2018-03-15</ns1:dateCreationDemande>
<ns1:personnePhysique><ns1:demandeur><ns1:civilite code="1"/><ns1:nom>Dupont</ns1:nom><ns1:prenom>Jean</ns1:prenom>
<ns1:dateNaissance>1970-01-01</ns1:dateNaissance><ns1:nationalite code="1"/><ns1:situationFamiliale code="M"/>
<ns1:telPortable>0606060606</ns1:telPortable><ns1:adressePostale><ns1:etranger>false</ns1:etranger>
<ns1:numero>103</ns1:numero><ns1:voie>avenue de france</ns1:voie><ns1:codePostal>75013</ns1:codePostal>
<ns1:commune code="75113"/></ns1:adressePostale><ns1:revenuFiscal><ns1:anneeMoins1>2017</ns1:anneeMoins1>
<ns1:montantMoins1>21000</ns1:montantMoins1><ns1:anneeMoins2>2016</ns1:anneeMoins2></ns1:revenuFiscal>
<ns1:listeRessourceRecue><ns1:detailRessource><ns1:ressource code="SAL"/><ns1:montant>1500.50</ns1:montant>
</ns1:detailRessource></ns1:listeRessourceRecue></ns1:demandeur><ns1:listePersonneACharge><ns1:personneACharge>
<ns1:nom>DUPONT</ns1:nom><ns1:prenom>LEA</ns1:prenom><ns1:dateNaissance>2010-01-01</ns1:dateNaissance>
<ns1:sexe code="F"/><ns1:lienParente code="E"/></ns1:personneACharge></ns1:listePersonneACharge>
<ns1:listePersonneEnGarde><ns1:personneEnGarde><ns1:dateNaissance>2014-01-01</ns1:dateNaissance><ns1:sexe code="M"/>
<ns1:coParentalite code="D"/></ns1:personneEnGarde></ns1:listePersonneEnGarde><ns1:listeCotitulaire><ns1:cotitulaire>
<ns1:civilite code="2"/><ns1:nom>DUPONT</ns1:nom><ns1:nomPatronymique>MARTIN</ns1:nomPatronymique>
<ns1:prenom>MARIE</ns1:prenom><ns1:dateNaissance>1975-02-01</ns1:dateNaissance><ns1:lienDemandeur code="M"/>
</ns1:cotitulaire></ns1:listeCotitulaire></ns1:personnePhysique></ns1:demandeLogement></ns1:demande></ns1:interfaceNuu>
"""


def written(dossier: Dossier, operation: str = "creation") -> bytes:
    return serialise(message(operation, AT, dossier))


@pytest.mark.parametrize("numero", SAMPLES)
def test_a_record_comes_back_as_it_left(numero: str):
    said = read_message(parse(written(SAMPLES[numero])))
    assert (said.operation, said.dossier) == ("creation", SAMPLES[numero])


names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn")), min_size=1, max_size=60)
amounts = st.integers(0, 9_999_999_00)
members = st.builds(
    Membre, nom=names, prenom=names, naissance=st.dates(date(1900, 1, 1), date(2026, 12, 1)),
    role=st.sampled_from(["demandeur", "codemandeur"]), civilite=st.sampled_from(["", "MME", "M"]),
    nationalite=st.sampled_from(["", "FR", "UE", "HORS_UE"]), contrat=st.sampled_from(["", "cdi", "cdd", "chomage"]),
    annee_n1=st.just(2025), rfr_n1_cents=st.none() | amounts, rfr_n2_cents=st.none() | amounts,
    ressources=st.dictionaries(st.sampled_from(["SAL", "AF", "PAV", "RSA"]), amounts),
)  # fmt: skip


@given(holder=members, others=st.lists(members, max_size=3), born=st.integers(0, 4))
def test_any_household_comes_back_as_it_left(holder: Membre, others: list[Membre], born: int):
    people = (replace(holder, role="demandeur"), *(each for each in others if each.role == "codemandeur"))
    sent = Dossier("44", date(2026, 12, 1), people, "une-reference", enfants_a_naitre=born)
    assert read_message(parse(written(sent))).dossier == sent


def test_the_published_message_is_read():
    found = read_message(parse(PUBLISHED.encode())).dossier
    assert found is not None
    assert found.numero == "1110318016982G1104"
    assert [(each.role, each.garde) for each in found.membres] == [
        ("demandeur", ""), ("conjoint", ""), ("enfant", "principale"), ("enfant", "visite"),
    ]  # fmt: skip
    assert found.demandeur is not None
    assert (found.demandeur.rfr_n1_cents, found.demandeur.rfr_n2_cents) == (2_100_000, None)
    assert found.demandeur.ressources == {"SAL": 150_050}
    assert (found.membres[1].nom, found.membres[1].nom_usage, found.union) == ("MARTIN", "DUPONT", "mariage")
    assert found.contact == {
        "telephone": "0606060606", "adresse": "103 avenue de france", "code_postal": "75013", "commune": "75113",
    }  # fmt: skip


def bomb() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    start = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{lines}]>'
    return f'{start}<interfaceNuu xmlns="{NS}" versionInterface="02.00"><entete>&a11;</entete></interfaceNuu>'.encode()


def file_entity() -> bytes:
    start = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    return f'{start}<interfaceNuu xmlns="{NS}" versionInterface="02.00">&secret;</interfaceNuu>'.encode()


GOOD = PUBLISHED.encode()
HOSTILE = {
    "empty": b"",
    "not xml": b"<html><body>502</body>",
    "truncated": GOOD[: len(GOOD) // 2],
    "latin-1 under an utf-8 label": GOOD.replace(b"Dupont", "Dupr\u00e9".encode("latin-1")),
    "utf-16": PUBLISHED.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    "iso-8859-1, said so": PUBLISHED.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "entity bomb": bomb(),
    "entity of a file": file_entity(),
    "empty document type": GOOD.replace(b"<ns1:interfaceNuu ", b"<!DOCTYPE x><ns1:interfaceNuu ", 1),
    "other namespace": GOOD.replace(NS.encode(), b"http://exemple.invalid/"),
    "other version": GOOD.replace(b"02.00", b"03.00"),
    "unknown element": GOOD.replace(b"<ns1:demande>", b"<ns1:surprise/><ns1:demande>"),
    "number of 17": GOOD.replace(b"G1104<", b"G110<"),
    "not a day": GOOD.replace(b"1970-01-01", b"1970-02-30"),
    "year 12026": GOOD.replace(b"1970-01-01", b"12026-01-01"),
    "negative amount": GOOD.replace(b">21000<", b">-1<"),
    "huge amount": GOOD.replace(b">21000<", b">99999999999999999999<"),
    "control character": GOOD.replace(b"Dupont", b"Du&#1;pont"),
    "too deep": b"<a>" * 5_000 + b"</a>" * 5_000,
    "too many attributes": b"<a " + b" ".join(b'b%d="1"' % n for n in range(50_000)) + b"/>",
    "too large": GOOD + b" " * limits.value("registre_octets"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_not_a_message_is_refused_in_a_sentence_that_quotes_nothing(kind: str):
    with pytest.raises(BadMessage) as caught:
        read_message(parse(HOSTILE[kind]))
    assert str(caught.value).endswith(".")
    assert "Dupont" not in str(caught.value)
    answer = read_message(parse(serve(HOSTILE[kind])))
    assert [name for name, _ in answer.anomalies] == ["DONNEES"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (replace(SAMPLES["0441125018830G4407"], numero="court"), "numUnique"),
        (replace(SAMPLES["0441125018830G4407"], reference="../../etc"), "reference"),
        (replace(SAMPLES["0441125018830G4407"], membres=(Membre("N" * 201, "Yann", date(1987, 9, 21)),)), "nom"),
        (replace(SAMPLES["0441125018830G4407"], recherche={"communes": ["Nantes"]}), "commune"),
        (replace(SAMPLES["0441125018830G4407"], membres=(Membre("Ker\x00brat", "Y", date(1987, 9, 21)),)), "caractère"),
    ],
)  # fmt: skip
def test_what_the_schema_refuses_never_leaves(wrong: Dossier, word: str):
    with pytest.raises(BadMessage, match=word):
        written(wrong)


def test_every_code_has_a_source_and_a_weight():
    table = codes.table()
    for name, rows in table.items():
        if name != "sources":
            assert rows["source"] in table["sources"], name
            assert rows["statut"] in ("lu", "a_verifier"), name
            assert all(codes.code(name, each) for each in rows["codes"]), name


def test_the_schema_is_a_schema_and_stays_in_the_package():
    text = resources.files("palier.gateways.registre").joinpath("schema.xsd").read_bytes()
    assert etree.XMLSchema(etree.fromstring(text)) is not None
