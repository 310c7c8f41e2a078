"""B1 and B10: a person's live ranks, against the same rows and counts fetched bare, as the population grows."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

import django
from django.db import connection

django.setup()

from palier.candidatures.models import Candidature
from palier.candidatures.queries import rank_of, with_rank
from tests.bench.measure import Row, keep, pair
from tests.bench.world import fill, history
from tests.factories import make_bailleur, make_grille, make_programme

_LIVE = "('deposee','designee','inscrite','attribuee','attribuee_sous_condition','proposee','acceptee')"
_ROWS = """select c.id, c.state, c.deposee_le, c.points, c.points_ordre, c.anciennete_le, c.cle_egalite, c.offre_id,
 o.state
from candidatures_candidature c join parc_offre o on o.id = c.offre_id where c.demande_id = %s"""
_AHEAD = f"""select count(*) from candidatures_candidature where offre_id = %s and state in {_LIVE}
and (points_ordre, anciennete_le, cle_egalite) < (%s, %s, %s)"""
_ALL = f"select count(*) from candidatures_candidature where offre_id = %s and state in {_LIVE}"


def _person(number: int) -> uuid.UUID:
    return uuid.UUID(md5(f"d{number}".encode(), usedforsecurity=False).hexdigest())


def _ours(demande: uuid.UUID) -> list[int]:
    found = with_rank(Candidature.objects.filter(demande_id=demande))
    return [rang.rang for row in found if (rang := rank_of(row))]


def _bare(demande: uuid.UUID) -> list[int]:
    ranks = []
    with connection.connection.cursor() as cursor:
        rows = cursor.execute(_ROWS, [demande]).fetchall()
        for row in rows:
            (ahead,) = cursor.execute(_AHEAD, [row[7], row[4], row[5], row[6]]).fetchone()
            cursor.execute(_ALL, [row[7]]).fetchone()
            ranks.append(ahead + 1)
    return ranks


NATION, SECONDS = 21_000_000, 360
"""Candidatures of history of a national platform, and the time that the filling may take."""


def _sizes(sizes: tuple[int, ...], grille: str) -> Iterator[tuple[int, int]]:
    programme = make_programme(make_bailleur()[1])
    for people in sizes:
        with connection.cursor() as cursor:
            cursor.execute("truncate candidatures_candidature, parc_offre, parc_logement, demandes_demande cascade")
            cursor.execute("delete from accounts_user where email like 'banc%'")
        yield people, fill(people, programme=str(programme.pk), grille=grille)


def _measured(people: int) -> tuple[float, float]:
    """Seconds of one person's page, ours and bare; the two must say the same ranks."""
    persons = [_person(1 + number * 97 % people) for number in range(20)]
    if sorted(_ours(persons[0])) != sorted(_bare(persons[0])):
        raise AssertionError("the two ways disagree on a rank")
    ours, base = pair(lambda: [_ours(one) for one in persons], lambda: [_bare(one) for one in persons], repeat=3)
    return ours / len(persons), base / len(persons)


def run(sizes: tuple[int, ...]) -> list[Row]:
    """One row a size for the slope, then the ratio among the candidatures of years, as many as the time allows."""
    made: list[Row] = []
    first = 0.0
    grille = str(make_grille().pk)
    for people, rows in _sizes(sizes, grille):
        ours, base = _measured(people)
        first = first or ours
        note = _note(ours, base, rows)
        made.append(Row("B1", f"5 candidatures avec rang et n, {people} demandes", ours / base, "× nu", 1.5, note=note))
        made.append(Row("B10", f"croissance de B1 jusqu'à {people} demandes", ours / first, "× petit", note=note))
    rows = history(NATION, seconds=SECONDS, grille=grille)
    ours, base = _measured(sizes[-1])
    work = f"5 candidatures parmi {rows / 1_000_000:.1f} M (21 M, ou ce que {SECONDS} s remplissent)"
    made.append(Row("B1", work, ours / base, "× nu", 1.5, note=_note(ours, base, rows)))
    return made


def _note(ours: float, base: float, rows: int) -> str:
    return f"{ours * 1000:.2f} ms contre {base * 1000:.2f} ms à nu ; {rows} candidatures"


if __name__ == "__main__":
    keep(run(tuple(int(size) for size in sys.argv[2].split(","))), Path(sys.argv[1]))
