"""AC-7: a right lost between the form and the post has no effect. AC-8: a form writes what it declares, no more."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from palier.accounts.models import User
from palier.attributions import actions as attributions
from palier.attributions.models import SeanceMembre
from palier.base import clock
from palier.candidatures.actions import withdraw_candidature
from palier.demandes import actions as demandes
from palier.demandes.models import Demande, Personne
from palier.organisations.models import Membership
from palier.parc.models import Logement
from tests.access import ledger, routes
from tests.access.calls import send, undone
from tests.access.pages import main_form
from tests.access.routes import Row
from tests.access.world import NEVER_GIVEN, TODAY, Subject, World

pytestmark = pytest.mark.web
MARK, NUMBER = "Zzhostile", 424_242
MARKS = (MARK, str(NUMBER), str(NEVER_GIVEN))
IDLE = {
    "bailleur:condition", "bailleur:contact#reservee", "bailleur:preparer_bail", "bailleur:proposer",
    "bailleur:sans_suite", "caleol:etape", "demandeur:numero",
    "demandeur:partage", "demandeur:numero_existant", "demandeur:doublon", "demandeur:piece", "conseiller:portefeuille",
    "conseiller:suivre", "conseiller:doublon",
}  # fmt: skip
"""Posts that the world refuses whatever is typed: what they ask for is done already, or not possible yet."""
SEALED = [Demande, Personne]
LOST = {302, 401, 403, 404, 409}


def writing(world: World, *, api: bool) -> list[tuple[Row, Subject]]:
    """Every row that is posted to, with the first subject who may."""
    found = []
    for row in routes.rows():
        who = [each for each in world.subjects.values() if row.allow and row.allows(each.name)]
        if "POST" in row.methods and who and row.is_api == api:
            found.append((row, who[0]))
    return found


def opened(row: Row, subject: Subject, world: World) -> dict[str, Any]:
    """The form as a browser would send it: what the page holds, then what the table says is typed."""
    typed = row.posted(world)
    if row.is_api or "GET" not in row.methods:
        return typed
    page = send(subject, "GET", row.path(world))
    form = main_form(page, row.path(world)) if page.status_code == 200 else None
    return {**form.values, **typed} if form else typed


def lose_hat(subject: Subject) -> None:
    """The membership ends; a person's account is closed."""
    if not Membership.objects.filter(user=subject.user).update(active=False):
        User.objects.filter(pk=subject.user.pk if subject.user else None).update(is_active=False)


@pytest.mark.parametrize("api", [False, True], ids=["pages", "api"])
def test_a_hat_lost_before_the_post_has_no_effect(world: World, api: bool):
    faults = []
    for row, subject in writing(world, api=api):
        if row.allow is None:
            continue
        with undone(subject):
            data = opened(row, subject, world)
            lose_hat(subject)
            before = ledger.read()
            response = send(subject, "POST", row.path(world), data)
            touched = ledger.changed(before, ledger.read())
        if response.status_code not in LOST or touched:
            faults.append(f"{row.key}: {response.status_code} {touched}")
    assert faults == []


def acts(row: Row, subject: Subject, world: World) -> bool:
    """Whether the post has an effect while the right is there."""
    with undone(subject):
        data = opened(row, subject, world)
        before = ledger.read()
        send(subject, "POST", row.path(world), data)
        return bool(ledger.changed(before, ledger.read()))


def _unseat(world: World) -> None:
    SeanceMembre.objects.filter(user_id=world.pk("user_m")).delete()


def _other_contingent(world: World) -> None:
    Logement.objects.filter(reservataire_id=world.pk("org_r")).update(reservataire_id=world.pk("org_s"))


def _own_actor(world: World) -> Any:
    return world.subjects["demandeur.own"].actor


def _withdraw(world: World) -> None:
    withdraw_candidature(candidature_id=world.pk("publiee_own"), by=_own_actor(world), at=TODAY)


def _withdraw_offre(name: str) -> Callable[[World], None]:
    def work(world: World) -> None:
        attributions.withdraw_offre(offre_id=world.pk(name), motif="travaux", by=world.objects["actor_a"], at=TODAY)

    return work


def _cancel(name: str) -> Callable[[World], None]:
    def work(world: World) -> None:
        attributions.cancel_proposition(
            proposition_id=world.pk(name), motif="logement_indisponible", texte="Sinistre dans l'immeuble.",
            by=world.objects["actor_a"], at=TODAY,
        )  # fmt: skip

    return work


def _radiate(world: World) -> None:
    demandes.renounce_demande(demande_id=world.pk("demande_own"), by=_own_actor(world), at=TODAY)


def _later(world: World) -> None:
    clock.set_now(TODAY + timedelta(days=40))


CHANGES: list[tuple[str, Callable[[World], None]]] = [
    ("caleol:point", _unseat),
    ("reservataire:designer", _other_contingent),
    ("reservataire:contact", _other_contingent),
    ("reservataire:passer", _other_contingent),
    ("demandeur:retirer", _withdraw),
    ("demandeur:postuler", _withdraw_offre("offre_libre")),
    ("demandeur:postuler", _later),
    ("demandeur:proposition_reponse", _cancel("proposition_proposee")),
    ("demandeur:proposition_reponse", _later),
    ("demandeur:etape", _radiate),
    ("demandeur:code", _radiate),
    ("demandeur:personne_retirer", _radiate),
    ("bailleur:publier", _withdraw_offre("offre_brouillon")),
    ("bailleur:retirer", _withdraw_offre("offre_publiee")),
    ("bailleur:annuler", _cancel("proposition_proposee")),
    ("bailleur:signer", _cancel("proposition_bail")),
    ("bailleur:guichet_demande", _later),
    ("api:/candidatures", _withdraw_offre("offre_libre")),
    ("api:/candidatures/<uuidstr:candidature_id>/retrait", _withdraw),
    ("api:/propositions/<uuidstr:proposition_id>/reponse", _cancel("proposition_proposee")),
]


@pytest.mark.parametrize(("key", "change"), CHANGES, ids=[f"{key}-{n}" for n, (key, _) in enumerate(CHANGES)])
def test_a_right_lost_before_the_post_has_no_effect(world: World, key: str, change: Callable[[World], None]):
    row = next(each for each in routes.rows() if each.key == key)
    subject = next(each for each in world.subjects.values() if row.allows(each.name))
    assert acts(row, subject, world), "the post does nothing even with the right"
    with undone(subject):
        data = opened(row, subject, world)
        change(world)
        before = ledger.read()
        response = send(subject, "POST", row.path(world), data)
        touched = ledger.changed(before, ledger.read())
    assert response.status_code in LOST | {303, 422}
    assert touched == []
    if response.status_code == 303:
        assert response["Location"] != row.path(world)


def hostile(declared: set[str]) -> dict[str, Any]:
    """Every field name of every model, each with a value that would be recognised, but those the form declares."""
    said: dict[str, Any] = {}
    for model in apps.get_models():
        if not model.__module__.startswith("palier."):
            continue
        for each in model._meta.concrete_fields:
            value: Any = MARK
            if isinstance(each, models.UUIDField) or each.is_relation:
                value = str(NEVER_GIVEN)
            elif isinstance(each, models.IntegerField | models.DecimalField):
                value = NUMBER
            said |= {each.name: value, each.attname: value}
    return {name: value for name, value in said.items() if name not in declared | {"cle", "version"}}


def test_a_form_writes_only_what_it_declares(world: World, capsys: pytest.CaptureFixture[str]):
    faults, forms, names = [], 0, 0
    for row, subject in writing(world, api=False):
        with undone(subject):
            data = opened(row, subject, world)
            before = ledger.read()
            response = send(subject, "POST", row.path(world), {**hostile(set(data)), **data})
            touched = ledger.changed(before, ledger.read())
            found = ledger.holding(touched, MARKS) + (ledger.sealed_holding(MARK, SEALED) if touched else [])
        if found or response.status_code >= 500:
            faults.append(f"{row.key}: {response.status_code} {found}")
        if not touched and row.key not in IDLE:
            faults.append(f"{row.key}: {response.status_code}, no effect: the form of the test is not a good one")
        names += len(hostile(set(data)))
        forms += bool(touched)
    with capsys.disabled():
        sys.stdout.write(f"\nMass assignment: {forms} forms acted, {names} foreign names posted\n")
    assert not faults, "\n".join(faults)


def test_the_api_refuses_what_it_does_not_declare(world: World):
    faults = []
    for row, subject in writing(world, api=True):
        with undone(subject):
            before = ledger.read()
            data = row.posted(world)
            response = send(subject, "POST", row.path(world), {**hostile(set(data)), **data})
            touched = ledger.changed(before, ledger.read())
            found = ledger.holding(touched, MARKS)
        if found or response.status_code >= 500 or (data and (response.status_code != 422 or touched)):
            faults.append(f"{row.key}: {response.status_code} {found} {touched}")
    assert faults == []
