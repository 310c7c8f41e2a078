"""The base without a database: ids, actor, refusal, life cycle, money, limits, faults, policy."""

from itertools import pairwise

import pytest

from palier.base import faults, limits, policy
from palier.base.actor import ROLES, Actor
from palier.base.ids import new_id
from palier.base.lifecycle import LifeCycle, Transition
from palier.base.money import euros, parse_euros, whole_euros
from palier.base.refusal import NotVisible, Refused


def test_ids_are_version_7_and_strictly_increase():
    made = [new_id() for _ in range(20_000)]
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {"specified in RFC 4122"}
    assert all(a < b for a, b in pairwise(made))


def test_an_actor_has_a_known_role():
    assert Actor.system() == Actor(None, "systeme")
    assert not Actor.anonymous().is_signed_in
    with pytest.raises(ValueError, match="unknown role"):
        Actor(None, "roi")


def test_a_refusal_is_one_french_text():
    refusal = Refused("x", "Ce montant est trop grand.", field="loyer", value="9 999 €", mend="Vérifiez.")
    assert str(refusal) == "loyer\u00a0: «\u00a09 999 €\u00a0». Ce montant est trop grand. Vérifiez."
    assert str(Refused("x", "Il manque.", field="nom")) == "nom\u00a0: Il manque."
    assert (refusal.status, NotVisible.status) == (409, 404)
    assert "ouverte" in str(NotVisible())


def _life(**more: object) -> LifeCycle:
    table = {
        "name": "essai",
        "initial": "a",
        "states": ("a", "b"),
        "labels": {"a": "A", "b": "B"},
        "transitions": (Transition("avancer", ("a",), "b", ("admin",), "Avancer", reason=True),),
        "live": ("a",),
    }
    return LifeCycle(**(table | more))


def test_a_life_cycle_answers_from_its_table():
    life = _life()
    assert life.allowed("a", "admin") == life.transitions
    assert life.allowed("a", "dpo") == life.allowed("b", "admin") == ()
    assert life.leads("a", "b")
    assert not life.leads("b", "a")
    assert life.live == ("a",)
    assert life.mermaid() == "stateDiagram-v2\n    [*] --> a\n    a --> b : avancer *\n    b --> [*]\n"
    with pytest.raises(LookupError, match="reculer"):
        life.transition("reculer")


@pytest.mark.parametrize(
    "wrong",
    [
        {"initial": "c"},
        {"labels": {"a": "A"}},
        {"live": ("z",)},
        {"transitions": (Transition("t", ("a",), "z", (), ""),)},
        {"transitions": (Transition("t", ("a",), "b", (), ""), Transition("t", ("b",), "a", (), ""))},
    ],
)
def test_an_incoherent_life_cycle_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValueError, match="essai"):
        _life(**wrong)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (171_800, "1\u00a0718\u00a0€"),
        (0, "0\u00a0€"),
        (5, "0,05\u00a0€"),
        (-150, "−1,50\u00a0€"),
        (123_456_789, "1\u00a0234\u00a0567,89\u00a0€"),
    ],
)
def test_amounts_are_written_the_french_way(cents: int, text: str):
    assert euros(cents) == text


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 234,56", 123_456),
        ("1\u202f234.5 €", 123_450),
        (" 0 ", 0),
        ("10000000", 1_000_000_000),
        ("12\u00a0€", 1_200),
        ("0,29", 29),
    ],
)
def test_amounts_are_read(text: str, cents: int):
    assert parse_euros(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "1e309", "-1", "−1", "inf", "1,234", "10000000,01", "abc", "1\x00", "٣", "1,2,3", "9" * 400],
)
def test_other_amounts_are_refused_in_french(text: str):
    with pytest.raises(ValueError, match=r"montant") as refusal:
        parse_euros(text)
    assert str(refusal.value)[-1] == "."


def test_every_limit_has_a_date_and_a_source():
    assert limits.duration("idempotency").days == 30
    assert all(each.source and each.value > 0 for each in limits.LIMITS.values())
    with pytest.raises(LookupError):
        limits.value("absente")
    with pytest.raises(ValueError, match="bytes"):
        limits.duration("upload")


def test_faults_sleep_unless_armed_and_never_in_production(monkeypatch: pytest.MonkeyPatch):
    faults.fault("point")
    with pytest.raises(faults.InjectedFault), faults.armed("point"):
        faults.fault("point")
    monkeypatch.setenv("PALIER_FAULTS", "point=danser")
    with pytest.raises(ValueError, match="danser"):
        faults.arm_from_environment()
    monkeypatch.setenv("PALIER_MODE", "production")
    with pytest.raises(RuntimeError, match="refusées"):
        faults.arm_from_environment()


def test_what_the_table_does_not_list_is_refused():
    assert policy.allows("demandeur", "own", "P6", "read")
    assert not policy.allows("bailleur", "candidate", "P2", "read")
    assert not policy.allows("bailleur", "none", "P1", "read")
    assert policy.allows("anonymous", "none", "P0", "read")
    assert not policy.allows("anonymous", "none", "P0", "write")
    assert policy.may("demandeur", "own", "candidature.deposer")
    assert not policy.may("bailleur", "own", "candidature.deposer")
    assert not policy.may("admin", "own", "demande.lire")


@pytest.mark.parametrize(
    ("role", "relation", "act"),
    [("roi", "own", "demande.lire"), ("demandeur", "voisin", "demande.lire"), ("demandeur", "own", "demande.bruler")],
)
def test_names_that_the_table_does_not_know_are_faults(role: str, relation: str, act: str):
    with pytest.raises(LookupError):
        policy.may(role, relation, act)


def test_secrets_are_open_to_nobody_and_estimates_to_the_person_alone():
    for (role, relation), row in policy.ROWS.items():
        for classes in row.verbs.values():
            assert "P7" not in classes, (role, relation)
            assert "P9" not in classes or (role, relation) == ("demandeur", "own")


def test_every_role_has_a_row():
    assert {role for role, _ in policy.ROWS} | {"anonymous"} == set(ROLES)


def test_the_mark_of_a_view_survives_decorators():
    @policy.policy("offre.publier")
    def view() -> None:
        """Nothing."""

    assert policy.policy_of(view) == policy.Policy("offre.publier", frozenset({"bailleur"}))
    assert policy.policy_of(len) is None
    assert policy.policy("simulation.faire")(lambda: None).palier_policy.admits("anonymous")


@pytest.mark.parametrize(("cents", "text"), [(49_949, "499"), (49_950, "500"), (50_050, "501"), (50_150, "502")])
def test_half_a_euro_goes_up_whatever_the_parity(cents: int, text: str) -> None:
    assert whole_euros(cents) == f"{text}\u00a0€"
