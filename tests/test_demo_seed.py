"""The demonstration, seeded once on a throw-away database: counts, rules, ranks, journal, credentials."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.accounts.models import User
from palier.attributions.models import Bail, Contact, Decision, Designation, Proposition, Seance
from palier.base import clock
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.candidatures.facts import cotation_facts, count, law_grille, profil
from palier.candidatures.models import Candidature, Classement
from palier.candidatures.queries import (
    Reasons,
    movements,
    rank,
    rank_of,
    recount,
    replay,
    verdict,
    with_place,
    with_rank,
)
from palier.candidatures.queries.grids import behind
from palier.candidatures.tasks import renew_grilles
from palier.demandes.models import Demande, Piece
from palier.demo import clockwork, credentials, seeding, tour
from palier.demo.draw import NOW, OPENING, Draw
from palier.demo.people import new_menage
from palier.gateways import mail
from palier.journal.verification import verify
from palier.organisations.models import ApiToken, Organisation
from palier.parc.models import Offre
from palier.territoires.actions import publish_grille
from palier.territoires.models import Grille
from tests import conftest


@pytest.fixture(scope="module")
def seeded(
    cluster: Any, template: str, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A database of its own, seeded through the command; gives the folder of the credentials."""
    before, mailbox = str(settings.DATABASES["default"]["NAME"]), settings.PALIER_COURRIER
    name = f"reel_{conftest.os.getpid()}_{uuid4().hex[:12]}"
    conftest.clone(cluster, name, template)
    folder = tmp_path_factory.mktemp("demo")
    settings.PALIER_COURRIER = folder / "courrier"
    with django_db_blocker.unblock():
        conftest.use(cluster, name)
        try:
            call_command("seed_demo", stdout=StringIO())
            yield folder
        finally:
            settings.PALIER_COURRIER = mailbox
            conftest.use(cluster, before)
            conftest.drop(cluster, name)


def test_the_territory_has_its_size(seeded: Path) -> None:
    states = Counter(Offre.objects.values_list("state", flat=True))
    assert Demande.objects.count() == 800
    assert 5_000 < Candidature.objects.count() <= 20_000
    assert states["publiee"] == 24
    assert sum(states.values()) == 281
    assert {"cloturee", "en_designation", "en_commission", "attribuee", "pourvue", "infructueuse", "retiree"} <= set(
        states
    )
    assert Organisation.objects.filter(kind="bailleur").count() == 3
    assert Offre.objects.values("logement__programme__commune").distinct().count() > 10


def test_every_stage_has_its_rows(seeded: Path) -> None:
    for model in (Contact, Designation, Seance, Decision, Proposition, Bail, Piece):
        assert model._base_manager.exists(), model
    assert set(Proposition.objects.values_list("state", flat=True)) >= {"envoyee", "acceptee", "refusee"}
    assert Demande.objects.filter(state="radiee", motif_radiation="attribution").count() == (
        Bail.objects.filter(state="signe").count()
    )


def test_the_past_is_long_enough_to_learn_from(seeded: Path) -> None:
    ended = Offre.objects.filter(state__in=("pourvue", "infructueuse"))
    assert ended.filter(state="pourvue").count() > 100
    assert ended.filter(cloture_le__gt=NOW - timedelta(days=365)).count() > 150
    assert Contact.objects.filter(type="contacte").count() > 500
    answers = set(Contact.objects.values_list("type", flat=True))
    assert answers >= {"presente", "injoignable", "retire", "dossier_invalide"}
    causes = set(Demande.objects.filter(state="radiee").values_list("motif_radiation", flat=True))
    assert causes >= {"attribution", "renonciation", "non_renouvellement", "sans_reponse"}


def test_the_whole_order_of_every_commission_is_kept(seeded: Path) -> None:
    orders: dict[Any, list[int]] = {}
    for offre, ordre in Decision.objects.filter(ordre__isnull=False).values_list("offre", "ordre"):
        orders.setdefault(offre, []).append(ordre)
    assert len(orders) > 150
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in orders.values())
    points = dict(Candidature.objects.filter(ordre_decision__isnull=False).values_list("pk", "points"))
    assert len(points) > 400


def test_nobody_is_a_candidate_after_leaving(seeded: Path) -> None:
    gone = Candidature.objects.live().filter(demande__state="radiee")
    assert not gone.exists()
    late = Candidature.objects.filter(demande__state="radiee", deposee_le__gt=F("demande__state_since"))
    assert not late.exists()


def test_nothing_of_the_history_is_to_come_nor_too_old(seeded: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(at), max(at) FROM journal_event")
        first, last = cursor.fetchone()
    assert first >= OPENING - timedelta(days=1)
    assert last <= NOW
    assert abs(clock.now() - NOW) < timedelta(minutes=10)


def test_a_seeded_history_queues_nothing(seeded: Path) -> None:
    jobs = ProcrastinateJob.objects.exclude(task_name="candidatures.tasks.spread_grille")
    assert not jobs.exists(), "the publication of the grid alone is told; nothing is behind it"
    assert mail.list_delivered() == []


def test_the_journal_is_whole(seeded: Path) -> None:
    report = verify()
    assert report.faults == []
    assert report.lines > 15_000


def test_frozen_lists_replay_to_the_last_byte(seeded: Path) -> None:
    lists = list(Classement.objects.all())
    assert len(lists) > 25
    assert [each for made in lists for each in replay(made)] == []


def test_every_open_rank_is_the_recomputed_one(seeded: Path) -> None:
    offres = list(Offre.objects.with_place().filter(state="publiee"))
    assert [each for offre in offres for each in recount(offre)] == []
    checked = 0
    for offre in offres:
        rows = list(with_rank(Candidature.objects.live().filter(offre=offre)).in_order())
        shown = [rank_of(row) for row in rows]
        assert [each and (each.rang, each.effectif, each.fige) for each in shown] == [
            (place, len(rows), False) for place in range(1, len(rows) + 1)
        ]
        checked += len(rows)
    assert checked > 700


def test_points_of_every_candidature_are_those_of_its_facts(seeded: Path) -> None:
    asked = Demande.objects.select_related("titulaire").prefetch_related("personnes", "communes", "pieces")
    known = {each.pk: profil(each, local_day(NOW)) for each in asked}
    offres = Offre.objects.with_place().in_bulk()
    wrong = []
    for row in Candidature.objects.all().iterator():
        offre, found = offres[row.offre_id], known[row.demande_id]
        again = count(law_grille(offre.grille), cotation_facts(found.demande, offre, found)).points
        if again != row.points:
            wrong.append(row.pk)
    assert wrong == []


def test_nobody_applied_to_a_no(seeded: Path) -> None:
    asked = Demande.objects.select_related("titulaire").prefetch_related("personnes", "communes", "pieces")
    known = {each.pk: profil(each, local_day(NOW)) for each in asked}
    offres = Offre.objects.with_place().in_bulk()
    refused = [
        row.pk
        for row in Candidature.objects.all().iterator()
        if not verdict(known[row.demande_id], offres[row.offre_id], local_day(row.deposee_le)).may_apply
    ]
    assert refused == []


def test_everybody_applied_inside_the_window(seeded: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM candidatures_candidature c JOIN parc_offre o ON o.id = c.offre_id"
            " WHERE c.deposee_le < o.publiee_le OR c.deposee_le > o.cloture_le"
        )
        assert cursor.fetchone()[0] == 0


def test_ines_is_fifth_of_eighty_and_a_seen_piece_would_move_her(seeded: Path) -> None:
    offre = tour.showcase()
    assert offre is not None
    row = Candidature.objects.get(offre=offre, demande__titulaire__email=tour.HEROINE)
    found = rank(row)
    assert found is not None
    assert (found.rang, found.effectif, found.fige) == (5, 80, False)
    moved = movements([with_place(Candidature.objects.filter(pk=row.pk)).get()], NOW)[row.pk]
    assert (moved.sens, moved.places, moved.avant) == ("up", 1, 6)
    assert moved.raisons == Reasons(retraits=1), "one withdrawal before her, and nothing else"
    assert Demande.objects.get(pk=row.demande_id).situation["mobilite_professionnelle"]


def test_thomas_has_a_proposition_to_answer_and_nora_no_number(seeded: Path) -> None:
    proposition = tour.proposition()
    assert proposition is not None
    assert proposition.state == "envoyee"
    assert proposition.limite_le > NOW + timedelta(days=2)
    nora = Demande.objects.get(titulaire__email="nora@palier.example")
    assert (nora.state, nora.numero_index) == ("deposee", "")


def test_the_credentials_are_private_and_work(seeded: Path) -> None:
    for name in ("comptes.json", "jetons.txt"):
        assert stat.S_IMODE((seeded / name).stat().st_mode) == 0o600
    cast = json.loads((seeded / "comptes.json").read_text())
    assert {each["role"] for each in cast} == {
        *("demandeur", "bailleur", "reservataire", "membre_caleol"),
        *("collectivite", "conseiller", "employeur", "auditeur"),
    }
    assert all(set(each) == {"role", "prenom", "email", "mot_de_passe", "totp_secret", "jeton_api"} for each in cast)
    for each in cast:
        user = User.objects.get(email=each["email"])
        assert user.check_password(each["mot_de_passe"])
        assert bool(each["totp_secret"]) == (each["role"] != "demandeur")
        assert ApiToken.objects.usable(each["jeton_api"], NOW).exists()
    tokens = (seeded / "jetons.txt").read_text().split()
    assert len(tokens) == 200
    owner = ApiToken.objects.usable(tokens[0], NOW).get().user
    assert Demande.objects.get(titulaire=owner).state in ("active", "a_renouveler")
    assert User.objects.filter(password="!demonstration").count() > 390


def test_a_second_seeding_changes_nothing(seeded: Path) -> None:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    assert "rien n'est semé" in out.getvalue()
    assert Demande.objects.count() == 800


def test_the_clock_page_closes_an_offre_and_writes_its_list(seeded: Path, client: Any) -> None:
    offre = tour.showcase()
    assert offre is not None
    key = str(uuid4())
    first = client.post("/demo/horloge/", {"pas": "1j", "cle": key})
    again = client.post("/demo/horloge/", {"pas": "1j", "cle": key})
    assert (first.status_code, again.status_code) == (303, 303)
    assert clock.now() < NOW + timedelta(days=1, minutes=20)
    client.post("/demo/horloge/", {"pas": "1j", "cle": str(uuid4())})
    offre.refresh_from_db()
    assert offre.state == "cloturee"
    made = Classement.objects.get(offre=offre)
    assert made.effectif == 80
    assert replay(made) == []
    page = client.get("/demo/horloge/")
    assert "L'horloge a avancé" in page.content.decode().replace("&#x27;", "'")
    assert verify().faults == []


def test_due_dates_are_done_once(seeded: Path) -> None:
    at = clock.now() + timedelta(days=9)
    first = clockwork.run_due(at)
    assert first.closes > 5
    assert clockwork.run_due(at).closes == 0
    assert verify().faults == []


def test_every_frozen_list_replays_after_a_new_grid_and_a_year(seeded: Path) -> None:
    """The open lists take the version of their closing day; what was frozen is proved again, to the last byte."""
    frozen = Classement.objects.count()
    known = Grille.objects.get()
    day = local_day(clock.now())
    text = known.texte.replace("version = 1", "version = 2").replace("2025-01-01", day.isoformat())
    text = text.replace("points = 60", "points = 75")
    publish_grille(texte=text, perimetre=known.perimetre, by=Actor.system(), at=clock.now())
    while behind(clock.now(), size=1):
        renew_grilles.func(timestamp=0)
    offres = Offre.objects.with_place().filter(state="publiee", cloture_le__gte=clock.now())
    assert [each for offre in offres for each in recount(offre)] == []
    clock.set_now(clock.now() + timedelta(days=365))
    out = StringIO()
    call_command("rejouer", "--toutes", stdout=out)
    assert f"{frozen} classements rejoués, 0 différence(s)" in out.getvalue()
    assert verify().faults == []


def test_the_same_seed_draws_the_same_household() -> None:
    one, two = new_menage(Draw(7), 3), new_menage(Draw(7), 3)
    assert one.demande.pk == two.demande.pk
    assert [each.identite for each in one.personnes] == [each.identite for each in two.personnes]
    assert one.pieces == two.pieces
    assert seeding.SEED
    assert credentials.passphrase() != credentials.passphrase()
    assert Actor.system().role == "systeme"
    assert isinstance(NOW, datetime)
