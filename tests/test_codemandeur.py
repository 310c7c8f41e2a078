"""Two adults, one demande: what each reads of the other (AC-9), the invitation, the separation."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.actions import declare_separation
from palier.demandes import actions, facts, queries, rules, tasks
from palier.demandes.models import Demande, Lien, Personne
from palier.gateways import mail
from palier.journal.models import Event
from palier.portals.demandeur import common, flow
from tests import factories as make
from tests.accompagnement_kit import make_waiting
from tests.sign_in import key, sign_in

pytestmark = pytest.mark.web
CLASSES = ("P1", "P2", "P3", "P4", "P5", "P6", "P8")
SHARED = {"P1", "P2", "P8"}


def seen(by: Actor, personne: Personne) -> set[str]:
    return {each for each in CLASSES if rules.may_see(by, personne, each)}


@pytest.fixture
def couple() -> tuple[Actor, Actor, dict[str, Personne]]:
    """A demande in memory: its holder, the other adult who shares it, a child."""
    holder, other = User(pk=uuid4()), User(pk=uuid4())
    demande = Demande(pk=uuid4(), titulaire=holder, codemandeur=other)
    people = {
        "holder": Personne(demande=demande, position=1, role="demandeur"),
        "other": Personne(demande=demande, position=2, role="conjoint", compte=other),
        "child": Personne(demande=demande, position=3, role="enfant"),
    }
    return Actor(holder.pk, "demandeur"), Actor(other.pk, "codemandeur"), people


def test_each_adult_reads_their_own_and_what_is_shared_of_the_other(couple):
    first, second, people = couple
    assert seen(first, people["holder"]) == seen(second, people["other"]) == set(CLASSES)
    assert seen(first, people["other"]) == seen(second, people["holder"]) == SHARED
    assert seen(first, people["child"]) == set(CLASSES)
    assert seen(second, people["child"]) == SHARED
    assert all(rules.may_see_total(by, each) for by in (first, second) for each in people.values())


def test_what_the_demande_says_of_the_holder_is_the_holders(couple):
    first, second, people = couple
    demande = people["holder"].demande
    assert {each for each in CLASSES if rules.may_see_demande(first, demande, each)} == set(CLASSES)
    assert {each for each in CLASSES if rules.may_see_demande(second, demande, each)} == SHARED


def test_without_an_account_of_their_own_the_other_adult_is_in_the_holders_hands(couple):
    first, second, people = couple
    people["other"].compte = None
    people["other"].demande.codemandeur = None
    assert seen(first, people["other"]) == set(CLASSES)
    assert seen(second, people["other"]) == seen(second, people["holder"]) == set()
    assert not rules.may_see_total(second, people["holder"])


@pytest.mark.parametrize("role", ["demandeur", "conseiller", "bailleur", "guichet"])
def test_nobody_else_comes_by_this_door(couple, role):
    stranger = Actor(uuid4(), role)
    people = couple[2]
    assert all(seen(stranger, each) == set() for each in people.values())
    assert seen(Actor(couple[1].user_id, role), people["holder"]) == set()


# With real acts -------------------------------------------------------------------------------------------------------

AT = make.NOW
BIRTH = "1990-05-06"


@pytest.fixture
def shared(db: None) -> Demande:
    """A filed demande with another adult, not shared yet."""
    clock.set_now(AT)
    demande = make.make_demande(filed=AT - timedelta(days=300))
    Personne.objects.create(
        demande=demande, position=9, role="conjoint", net_mensuel_cents=123_400,
        identite={"prenom": "Camille", "nom": "Autre", "naissance": BIRTH}, protege={"handicap": True},
    )  # fmt: skip
    return demande


def holder_of(demande: Demande) -> Actor:
    return Actor(demande.titulaire_id, "demandeur")


def invite(demande: Demande, at: Any = AT) -> str:
    return actions.invite_codemandeur(demande_id=demande.pk, by=holder_of(demande), at=at)


def join(token: str, user: User, naissance: str = BIRTH, at: Any = AT) -> Demande:
    return actions.join_demande(token=token, naissance=naissance, user=user, by=make.actor_of(user), at=at)


def together(demande: Demande) -> tuple[User, Actor]:
    user = make.make_user()
    join(invite(demande), user)
    return user, Actor(user.pk, "codemandeur")


def browser(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def test_the_link_works_once_for_the_right_birth_date(shared: Demande):
    token, user = invite(shared), make.make_user()
    with pytest.raises(Refused) as wrong:
        join(token, user, "1990-05-07")
    with pytest.raises(Refused) as unknown:
        join("inconnu", user)
    assert str(wrong.value) == str(unknown.value)
    assert join(token, user).codemandeur_id == user.pk
    with pytest.raises(Refused):
        join(token, make.make_user())
    assert Event.objects.filter(kind="demande.partagee", aggregate_id=shared.pk).count() == 1


def test_three_wrong_dates_or_a_week_end_the_link(shared: Demande):
    token, late = invite(shared), AT + timedelta(days=7)
    for _ in range(3):
        with pytest.raises(Refused):
            join(token, make.make_user(), "1980-01-01")
    with pytest.raises(Refused):
        join(token, make.make_user())
    with pytest.raises(Refused):
        join(invite(shared), make.make_user(), at=late)
    fresh, former = make.make_user(), invite(shared)
    current = invite(shared)
    with pytest.raises(Refused):
        join(former, fresh)
    assert join(current, fresh).codemandeur_id == fresh.pk


def test_whoever_has_a_demande_keeps_it(shared: Demande):
    busy = make.make_demande().titulaire
    with pytest.raises(Refused) as refused:
        join(invite(shared), busy)
    assert refused.value.code == "demande_deja_ouverte"
    with pytest.raises(Refused):
        join(invite(shared), shared.titulaire)


def test_whoever_shares_a_demande_opens_no_other(shared: Demande):
    user, _ = together(shared)
    with pytest.raises(Refused) as refused:
        actions.open_demande(user=user, by=make.actor_of(user), at=AT)
    assert refused.value.code == "demande_partagee"
    assert not Demande.objects.filter(titulaire=user).exists()
    declare_separation(demande_id=shared.pk, by=holder_of(shared), at=AT)
    assert Demande.objects.get(titulaire=user).personnes.get().net_mensuel_cents == 123_400


def test_whoever_shares_a_demande_takes_up_no_former_one(shared: Demande):
    former = make.make_demande(at=AT - timedelta(days=430))
    actions.lapse_due(at=AT - timedelta(days=90))
    actions.lapse_due(at=AT - timedelta(days=10))
    assert Demande.objects.get(pk=former.pk).state == "radiee"
    join(invite(shared), former.titulaire)
    with pytest.raises(Refused) as refused:
        actions.reactivate_demande(demande_id=former.pk, by=holder_of(former), at=AT)
    assert refused.value.code == "demande_partagee"


@pytest.mark.parametrize("started", [False, True])
def test_a_demande_of_their_own_keeps_what_they_take_along(planted: dict[str, Any], started: bool):
    """No act leads there any more; rows written before may be so."""
    user, shared = planted["user"], planted["demande"]
    Demande.objects.filter(pk=shared.pk).update(codemandeur=None)
    own = actions.open_demande(user=user, by=make.actor_of(user), at=AT)
    if started:
        Personne.objects.create(
            demande=own, position=1, role="demandeur", identite={"nom": "Autre"}, net_mensuel_cents=77_700
        )
    Demande.objects.filter(pk=shared.pk).update(codemandeur=user)
    declare_separation(demande_id=shared.pk, by=planted["by"], at=AT)
    mine = Demande.objects.get(titulaire=user).personnes.get()
    assert mine.net_mensuel_cents == (77_700 if started else 5_222_600)
    assert (mine.rfr_n2_cents, mine.protege) == (5_222_300, {"handicap": True})


def test_the_pages_of_the_invitation(shared: Demande):
    first = browser(shared.titulaire)
    page = first.post("/mon-espace/partage/", {"cle": key()})
    link = re.search(r'id="lien">http://[^/]+(/partage/[\w-]+/)<', page.content.decode())
    assert link, page.content.decode()
    assert "Me connecter" in Client().get(link[1]).content.decode()
    user = make.make_user()
    second = browser(user)
    assert second.get(link[1]).status_code == second.get("/partage/inconnu/").status_code == 200
    born = {"naissance_jour": "6", "naissance_mois": "5", "naissance_annee": "1990"}
    wrong = second.post(link[1], {"cle": key(), **born, "naissance_annee": "1980"})
    assert wrong.status_code == 422
    done = second.post(link[1], {"cle": key(), **born})
    assert done["Location"] == "/mon-espace/ma-part/"
    assert second.get("/entree/")["Location"] == "/mon-espace/ma-part/"
    assert second.get("/mon-espace/")["Location"] == "/mon-espace/ma-part/"
    assert second.get("/mon-espace/ma-part/").status_code == 200
    assert "Partagée depuis" in first.get("/mon-espace/partage/").content.decode()


def test_the_other_adult_writes_their_incomes_and_the_points_follow(shared: Demande):
    user, by = together(shared)
    client = browser(user)
    version = Demande.objects.get(pk=shared.pk).version
    said = {"cle": key(), "version": version, "net_mensuel_cents": "1 500", "rfr_n2_cents": "", "rfr_n1_cents": "",
            "douze_mois_cents": ""}  # fmt: skip
    assert client.post("/mon-espace/ma-part/", said).status_code == 303
    assert Personne.objects.get(demande=shared, compte=user).net_mensuel_cents == 150_000
    stale = client.post("/mon-espace/ma-part/", {**said, "cle": key()})
    assert stale.status_code == 409
    with pytest.raises(NotVisible):
        actions.save_step(demande_id=shared.pk, step="relecture", data={}, version=version + 1, by=by, at=AT)


def test_the_holder_cannot_overwrite_what_is_the_others(shared: Demande):
    user, _ = together(shared)
    demande = Demande.objects.get(pk=shared.pk)
    holder = demande.personnes.get(role="demandeur")
    data = {"annee_n2": 2024, str(holder.pk): {"net_mensuel_cents": 99_900}}
    actions.save_step(demande_id=shared.pk, step="ressources", data=data, version=demande.version,
                      by=holder_of(shared), at=AT)  # fmt: skip
    other = Personne.objects.get(demande=shared, compte=user)
    assert (other.net_mensuel_cents, other.annee_n2) == (123_400, None)
    assert demande.personnes.get(role="demandeur").net_mensuel_cents == 99_900
    values = queries.step_values(Demande.objects.get(pk=shared.pk), "menage")
    left = [each for each in values["personnes"] if each["prenom"] != "Camille"]
    without = {**values, "union": "", "personnes": left}
    with pytest.raises(Refused) as refused:
        actions.save_step(demande_id=shared.pk, step="menage", data=without, version=demande.version + 1,
                          by=holder_of(shared), at=AT)  # fmt: skip
    assert refused.value.code == "personne_avec_compte"


# AC-9: for each field of the other, 0 reads ---------------------------------------------------------------------------

ROUTES = [
    "/mon-espace/", "/mon-espace/ma-part/", "/mon-espace/partage/", "/mon-espace/separer/", "/mon-espace/regards/",
    "/mon-espace/prevenir/", "/demande/renouveler/", "/demande/attestation/", "/demande/code/", "/demande/renoncer/",
    "/demande/pieces/", "/mon-espace/historique/", "/demande/changement/", "/mon-espace/completude/",
    "/mon-espace/contester/", "/candidatures/", "/",
    *(f"/demande/{step}/" for step in queries.STEPS),
]  # fmt: skip
DEMANDE_FIELDS = {
    "contact": {"telephone": "0199000077", "adresse": "CANARI-adresse", "ville": "CANARI-ville"},
    "employeur": "CANARI-employeur",
    "travail": {"profession": "CANARI-profession"},
    "budget_cents": 91_337_00,
    "precisions": {"texte": "CANARI-precisions"},
    "logement_actuel": {"loyer_cents": 83_119_00, "motifs": []},
}  # fmt: skip


def amounts(start: int) -> dict[str, int]:
    names = ("rfr_n2_cents", "rfr_n1_cents", "douze_mois_cents", "net_mensuel_cents")
    return {name: (start + place) * 100 for place, name in enumerate(names)}


@pytest.fixture
def planted(shared: Demande) -> dict[str, Any]:
    """The two adults with a canary in each of their own fields."""
    user, by = together(shared)
    demande = Demande.objects.get(pk=shared.pk)
    for name, value in DEMANDE_FIELDS.items():
        setattr(demande, name, value)
    demande.save(update_fields=list(DEMANDE_FIELDS))
    first = demande.personnes.get(role="demandeur")
    second = Personne.objects.get(demande=demande, compte=user)
    for person, start in ((first, 41_117), (second, 52_223)):
        for name, value in amounts(start).items():
            setattr(person, name, value)
        person.annee_n2 = 2024
        person.travail = {"employeur": f"CANARI-{person.role}-employeur"}
        person.save()
    return {"demande": demande, "user": user, "by": by}


def of_holder() -> list[str]:
    texts = ["CANARI-adresse", "CANARI-ville", "0199000077", "CANARI-employeur", "CANARI-profession",
             "CANARI-precisions", "91337", "83119", "CANARI-demandeur-employeur"]  # fmt: skip
    return texts + [str(value // 100) for value in amounts(41_117).values()]


def of_other() -> list[str]:
    return ["CANARI-conjoint-employeur", *(str(value // 100) for value in amounts(52_223).values())]


def crawl(client: Client) -> str:
    """Every page that answers 200, digits glued as the canaries are."""
    pages = [client.get(path, follow=True) for path in ROUTES]
    text = "".join(unescape(page.content.decode(errors="replace")) for page in pages if page.status_code == 200)
    return re.sub(r"(?<=\d)[\s\u00a0\u202f.](?=\d)", "", text)


def test_neither_reads_a_field_of_the_other(planted: dict[str, Any]):
    own = crawl(browser(planted["demande"].titulaire))
    theirs = crawl(browser(planted["user"]))
    assert [each for each in of_other() if each in own] == []
    assert [each for each in of_holder() if each in theirs] == []
    assert [each for each in of_other()[1:] if each not in theirs] == []
    assert [each for each in ("CANARI-adresse", "41117", "91337") if each not in own] == []


def test_the_crawl_sees_a_field_that_is_not_hidden(planted: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(common.queries, "view_of", lambda demande, by: demande)
    monkeypatch.setattr(flow, "_answers_alone", lambda person: False)
    own = crawl(browser(planted["demande"].titulaire))
    assert any(each in own for each in of_other())


def test_the_law_still_counts_the_whole_household(planted: dict[str, Any]):
    demande = queries.current_demande(planted["demande"].titulaire)
    assert demande is not None
    whole = facts.cas(demande, au=AT.date())
    seen_ = queries.view_of(demande, holder_of(demande))
    assert facts.cas(seen_, au=AT.date()) == whole
    assert all(each.net_mensuel_cents is None for each in seen_.personnes.all() if each.compte_id)


# The separation (AC-5) ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["holder", "other"])
def test_a_separation_by_either_acts_in_open_sessions(planted: dict[str, Any], who: str):
    demande, user = planted["demande"], planted["user"]
    first, second = browser(demande.titulaire), browser(user)
    assert second.get("/mon-espace/ma-part/").status_code == 200
    acting = first if who == "holder" else second
    assert acting.post("/mon-espace/separer/", {"cle": key()}).status_code == 303
    assert second.get("/mon-espace/ma-part/").status_code == 404
    assert first.get("/mon-espace/separer/").status_code == 404
    kept = Demande.objects.get(titulaire=user)
    mine = kept.personnes.get()
    assert (kept.state, mine.identite["prenom"], mine.net_mensuel_cents) == ("brouillon", "Camille", 5_222_600)
    assert mine.protege == {"handicap": True}
    left = Personne.objects.get(demande=demande, role="conjoint")
    assert (left.compte_id, left.net_mensuel_cents, left.protege, left.travail) == (None, None, None, {})
    text = crawl(first)
    assert [each for each in of_other() if each in text] == []
    assert rules.relation(planted["by"], Demande.objects.get(pk=demande.pk)) == "none"


def test_their_pieces_leave_and_old_links_die(planted: dict[str, Any]):
    demande = planted["demande"]
    piece = make_waiting(demande, "BULLETINS_SALAIRE")
    piece.personne = Personne.objects.get(demande=demande, compte=planted["user"])
    piece.save(update_fields=["personne"])
    Lien.objects.create(
        titulaire=demande.titulaire, demande=demande, usage="codemandeur", code_index="x", cree_le=AT,
        expire_le=AT + timedelta(days=3),
    )  # fmt: skip
    declare_separation(demande_id=demande.pk, by=holder_of(demande), at=AT)
    piece.refresh_from_db()
    assert (piece.state, piece.analyse) == ("retiree", None)
    assert not Lien.objects.filter(usage="codemandeur", utilise_le=None, expire_le__gt=AT).exists()


@pytest.mark.parametrize("who", ["holder", "other"])
def test_both_are_told_by_mail_without_a_name(planted: dict[str, Any], settings: Any, tmp_path: Any, who: str):
    settings.PALIER_COURRIER = tmp_path
    demande, user = planted["demande"], planted["user"]
    by = holder_of(demande) if who == "holder" else planted["by"]
    declare_separation(demande_id=demande.pk, by=by, at=AT)
    for kind, send in (("demande.partagee", tasks.send_shared), ("demande.separee", tasks.send_separated)):
        event = Event.objects.get(kind=kind, aggregate_id=demande.pk)
        send(event.pk)
        send(event.pk)
    told = mail.list_delivered(demande.titulaire.email)
    subjects = sorted(each.subject for each in told)
    assert subjects == ["Votre demande est suivie à deux", "Votre foyer est à mettre à jour"]
    (left,) = mail.list_delivered(user.email)
    assert "La vôtre commencera le jour de votre dépôt." in left.text
    holder = demande.personnes.get(role="demandeur").identite
    names = ("Camille", "Autre", holder["prenom"], holder["nom"])
    assert [each for each in names if any(each in one.text + one.html for one in (*told, left))] == []


def test_the_seniority_stays_with_the_demande_filed_and_both_pages_say_it(planted: dict[str, Any]):
    demande, user = planted["demande"], planted["user"]
    filed = Demande.objects.get(pk=demande.pk).deposee_le
    assert "sans votre ancienneté" in browser(demande.titulaire).get("/mon-espace/separer/").content.decode()
    theirs = browser(user).get("/mon-espace/separer/").content.decode()
    assert "Votre ancienneté commencera le jour où vous déposerez" in theirs
    declare_separation(demande_id=demande.pk, by=planted["by"], at=AT)
    assert Demande.objects.get(pk=demande.pk).deposee_le == filed
    assert Demande.objects.get(titulaire=user).deposee_le is None
