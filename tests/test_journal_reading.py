"""Looking at people: exactly the allowed fields, one INSERT for a list."""

from collections.abc import Callable

import pytest

from palier import journal
from palier.base.actor import Actor
from palier.base.ids import new_id
from palier.journal.models import AccessLine
from palier.journal.reading import glance, looked_at
from tests.journal_kit import AT, BAILLEUR, DEMANDEUR, Candidature, Offre, make_tables

FIELDS = ["id", "points", "identite", "note"]


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    make_tables()


@pytest.fixture
def rows() -> list[Candidature]:
    made = [Candidature(personne=new_id(), points=i, identite={"nom": f"Nom {i}"}) for i in range(20)]
    journal.create_many(made, at=AT, by=DEMANDEUR)
    return list(Candidature.objects.order_by("points"))


def test_sheets_hold_exactly_the_allowed_fields(rows: list[Candidature]):
    [sheet] = journal.read(rows[:1], FIELDS, by=BAILLEUR, relation="presented", purpose="instruction", at=AT)
    assert dict(sheet) == {"id": rows[0].id, "points": 0, "identite": {"nom": "Nom 0"}, "note": None}
    [sheet] = journal.read(rows[:1], FIELDS, by=BAILLEUR, relation="candidate", purpose="liste", at=AT)
    assert set(sheet) == {"id"}
    with pytest.raises(KeyError):
        sheet["identite"]
    with pytest.raises(TypeError):
        sheet.values_["points"] = 3


def test_one_insert_and_one_key_query_for_a_list(rows: list[Candidature], django_assert_num_queries: Callable):
    with django_assert_num_queries(4):  # savepoint, keys, insert, release
        journal.read(rows, FIELDS, by=BAILLEUR, relation="presented", purpose="instruction", at=AT)
    assert AccessLine.objects.count() == 20
    [line] = looked_at(rows[3].personne)
    assert (line.role, line.relation, line.purpose, line.object_id) == (
        "bailleur",
        "presented",
        "instruction",
        rows[3].id,
    )
    assert line.classes == "P1 P2 P8"


def test_public_fields_leave_no_line():
    offre = Offre(titre="T3")
    journal.create(offre, by=BAILLEUR, at=AT)
    [sheet] = journal.read([offre], ["titre"], by=Actor.anonymous(), relation="none", purpose="recherche", at=AT)
    assert sheet["titre"] == "T3"
    assert AccessLine.objects.count() == 0


def test_unknown_fields_and_relations_are_faults(rows: list[Candidature]):
    with pytest.raises(LookupError, match="salaire"):
        journal.read(rows, ["salaire"], by=BAILLEUR, relation="presented", purpose="x", at=AT)
    with pytest.raises(LookupError, match="voisin"):
        journal.read(rows, FIELDS, by=BAILLEUR, relation="voisin", purpose="x", at=AT)


def test_a_glance_at_derived_values_leaves_a_line_each_and_only_what_the_table_shows(rows: list[Candidature]):
    glance(rows, ("P0", "P1", "P2"), by=BAILLEUR, relation="candidate", purpose="liste", at=AT)
    assert set(AccessLine.objects.values_list("classes", "relation")) == {("P1 P2", "candidate")}
    assert AccessLine.objects.count() == 20
    with pytest.raises(PermissionError):
        glance(rows, ("P1", "P4"), by=BAILLEUR, relation="candidate", purpose="liste", at=AT)
    assert AccessLine.objects.count() == 20
