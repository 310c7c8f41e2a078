"""From a history in memory to the database: bulk inserts, each chain in the order of its hours, no mail queued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress

from palier import coffre
from palier.accounts.models import User
from palier.attributions.actions.common import author
from palier.attributions.models import Contact, Decision, Designation, Dossier, RangPasse, SeanceMembre
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.candidatures.models import Classement, ClassementLigne, RangVu
from palier.demandes import facts
from palier.demandes.actions.common import NUMBER_SCOPE
from palier.demandes.models import CommuneDemandee, Demande, Personne, Piece
from palier.demo.draw import NOW
from palier.demo.people import Menage
from palier.demo.world import Birth, History, Team, World
from palier.droit.dates import plus_mois
from palier.gateways import registre
from palier.journal.bulk import Move, Note, create_many, move_many, record_many
from palier.parc.models import Logement, Programme

BATCH = 1_000
ORDER = (Programme, Logement)
AFTER = (RangVu, Classement, ClassementLigne, Contact, RangPasse, Designation, Dossier, SeanceMembre, Decision)
BIRTHS = ("candidature", "seance")


def write_births(births: Sequence[Birth]) -> None:
    """Insert rows with a life cycle and their first events."""
    create_many(
        [each.obj for each in births], at=[each.at for each in births], by=[each.by for each in births],
        data=[each.data for each in births],
    )  # fmt: skip


def write_people(world: World) -> None:
    """Accounts, demandes with their rows, numbers of the register; everything still a draft."""
    rows = world.menages
    coffre.ensure_keys(each.user.pk for each in rows)
    User.objects.bulk_create([each.user for each in rows], batch_size=BATCH)
    for each in rows:  # the column writes the real date at insertion
        each.user.joined_at = each.demande.created_at
    User.objects.bulk_update([each.user for each in rows], ["joined_at"], batch_size=BATCH)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=each.user, email=each.user.email, primary=True, verified=True) for each in rows]
    )
    for each in rows:
        _number(each)
    _notes((each.user, "compte.ouvert", each.user.joined_at, each.user) for each in rows)
    write_births([Birth(each.demande, each.demande.created_at, _person(each)) for each in rows])
    Personne.objects.bulk_create([person for each in rows for person in each.personnes], batch_size=BATCH)
    CommuneDemandee.objects.bulk_create([place for each in rows for place in each.communes], batch_size=BATCH)


def _notes(said: Iterable[tuple[Any, str, Any, User]]) -> None:
    record_many(Note(kind, obj, Actor(user.pk, "demandeur"), at) for obj, kind, at, user in said)


def _person(menage: Menage) -> Actor:
    return Actor(menage.user.pk, "demandeur")


def _number(menage: Menage) -> None:
    """The numéro unique, asked from the register's double for whoever showed an identity piece or brought one."""
    demande = menage.demande
    if menage.target in ("brouillon", "deposee") or demande.deposee_le is None:
        return
    said = menage.personnes[0].identite
    person = registre.Membre(said["nom"], said["prenom"], _day(said["naissance"]))
    asked = registre.Dossier("44", demande.deposee_le, (person,), str(demande.pk))
    given = registre.registre().request_number(asked)
    demande.numero = {"numero_unique": given.numero}
    demande.numero_index = coffre.blind_index(given.numero, scope=NUMBER_SCOPE)


def _day(text: str) -> Any:
    return type(local_day(NOW)).fromisoformat(text)


def file_demandes(world: World) -> None:
    """Steps saved, demandes filed with their snapshot and attestation, numbers given, pieces seen."""
    filed = [each for each in world.menages if each.target != "brouillon"]
    stored = _stored(world)
    snaps = {
        each.demande.pk: facts.snapshot(stored[each.demande.pk], au=local_day(each.filed_at)) for each in world.menages
    }
    record_many(note for each in world.menages for note in _steps(each, snaps[each.demande.pk]))
    move_many(
        Move(each.demande, "deposer", _person(each), each.filed_at, data=snaps[each.demande.pk]) for each in filed
    )
    record_many(
        Note("demande.attestation", each.demande, _person(each), each.filed_at,
             data={"depot": local_day(each.filed_at).isoformat()})
        for each in filed
    )  # fmt: skip
    _see_pieces(world, filed)


def _stored(world: World) -> dict[Any, Demande]:
    asked = Demande.objects.select_related("titulaire").prefetch_related("personnes", "communes", "pieces")
    return asked.in_bulk([each.demande.pk for each in world.menages])


def _steps(menage: Menage, snap: dict[str, Any]) -> list[Note]:
    demande = menage.demande
    length = (menage.filed_at - demande.created_at) / (len(demande.etapes) + 1)
    return [
        Note("demande.etape", demande, _person(menage), demande.created_at + length * (place + 1),
             data={"etape": step, **snap, "version": place + 2})
        for place, step in enumerate(demande.etapes)
    ]  # fmt: skip


def _see_pieces(world: World, filed: Sequence[Menage]) -> None:
    """Pieces seen at the counter of a bailleur some days after filing, on the person's code."""
    births, notes = [], []
    for each in filed:
        if each.target == "deposee":
            continue
        team = world.draw.choice(world.bailleurs)
        at = each.filed_at if each.demande.importee else _counter_hour(world, each)
        agent = _guichet(team)
        for kind, by in (("demande.code_guichet", _person(each)), ("demande.guichet_ouvert", team.agent)):
            notes.append(Note(kind, each.demande, by, at))
        for code in each.pieces:
            births.append(Birth(_piece(world, each, code, at, agent), at, agent))
        name = Actor.system() if each.demande.importee else agent
        each.moves.insert(0, Move(each.demande, "activer", name, at, data=dict(each.demande.numero)))
    record_many(notes)
    write_births(births)
    move_many(Move(birth.obj, "valider", birth.by, birth.at) for birth in births)
    record_many(Note("piece.vue", each.obj, each.by, each.at, data={"code": each.obj.code}) for each in births)


def _counter_hour(world: World, menage: Menage) -> Any:
    latest = NOW - timedelta(minutes=40)
    return min(latest, menage.filed_at + timedelta(hours=world.draw.randint(1, 90)))


def _guichet(team: Team) -> Actor:
    return Actor(team.agent.user_id, "guichet", team.organisation.pk)


def _piece(world: World, menage: Menage, code: str, at: Any, agent: Actor) -> Piece:
    seen = local_day(at)
    ends = seen + timedelta(days=world.draw.randint(300, 800)) if world.draw.likely(22) else None
    return Piece(
        id=world.draw.uid(at), demande=menage.demande, code=code, vue_le=seen, expire_le=ends,
        vue_par=author(agent), organisation_id=agent.organisation_id or author(agent),
    )  # fmt: skip


def renewals(menage: Menage) -> list[Move]:
    """The yearly renewal: called for a month before its day, then done, unless the demande ended before."""
    demande, made = menage.demande, []
    years = (1, 2) if menage.has_number else ()
    for year in years:
        due = plus_mois(local_day(menage.filed_at), 12 * year)
        called = menage.filed_at + (due - timedelta(days=30) - local_day(menage.filed_at))
        done = called + timedelta(days=4 + demande.pk.int % 19)
        end = menage.moves[-1].at if menage.moves and menage.moves[-1].transition != "activer" else NOW
        if called >= min(end, NOW):
            break
        made.append(Move(demande, "appeler_renouvellement", Actor.system(), called))
        if due == menage.lapsed_on or done >= min(end, NOW) or due > local_day(NOW):
            break
        made.append(Move(demande, "renouveler", _person(menage), done))
    return made


def write_stock(world: World) -> None:
    """Programmes, dwellings, offres (drafts until their moves are played)."""
    for model in ORDER:
        model._base_manager.bulk_create(world.history.plain[model])
    write_births(world.history.births["offre"])


def write_history(world: World) -> None:
    """Candidatures, lists, contacts, séances, decisions, propositions, leases; then every move by its hour."""
    history = world.history
    for name in BIRTHS:
        write_births(history.births[name])
    for model in AFTER:
        model._base_manager.bulk_create(history.plain[model], batch_size=BATCH)
    for wave in _waves(history.births["proposition"]):
        write_births(wave)
        _play(history, {birth.obj.pk for birth in wave})
    write_births(history.births["bail"])
    _play(history, None)
    demandes = [move for each in world.menages for move in (*each.moves, *renewals(each))]
    move_many(sorted(demandes, key=lambda move: move.at))


def _waves(births: Sequence[Birth]) -> list[list[Birth]]:
    """Propositions by their place on the offre: an offre has one live proposition at a time."""
    waves: list[list[Birth]] = []
    places: Counter[Any] = Counter()
    for birth in births:
        place = places[birth.obj.offre_id]
        places[birth.obj.offre_id] += 1
        waves += [[]] * (place == len(waves))
        waves[place] = [*waves[place], birth]
    return waves


def _play(history: History, only: set[Any] | None) -> None:
    """Record the acts, then play the moves, of these rows (None: of all that is left), by their hours."""
    notes = [note for note in history.notes if only is None or note.obj.pk in only]
    moves = [move for move in history.moves if only is None or move.obj.pk in only]
    record_many(sorted(notes, key=lambda note: note.at))
    move_many(sorted(moves, key=lambda move: move.at))
    history.notes = [note for note in history.notes if only is not None and note.obj.pk not in only]
    history.moves = [move for move in history.moves if only is not None and move.obj.pk not in only]
