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
from tests.bench.world import fill
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


def _sizes(sizes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    programme = make_programme(make_bailleur()[1])
    grille = make_grille()
    for people in sizes:
        with connection.cursor() as cursor:
            cursor.execute("truncate candidatures_candidature, parc_offre, parc_logement, demandes_demande cascade")
            cursor.execute("delete from accounts_user where email like 'banc%'")
        yield people, fill(people, programme=str(programme.pk), grille=str(grille.pk))


def run(sizes: tuple[int, ...]) -> list[Row]:
    """One row a size for the slope, and the ratio at the largest."""
    made: list[Row] = []
    first = 0.0
    for people, rows in _sizes(sizes):
        persons = [_person(1 + number * 97 % people) for number in range(20)]
        if sorted(_ours(persons[0])) != sorted(_bare(persons[0])):
            raise AssertionError("the two ways disagree on a rank")
        ours, base = pair(
            lambda asked=persons: [_ours(one) for one in asked], lambda asked=persons: [_bare(one) for one in asked],
            repeat=3,
        )  # fmt: skip
        first = first or ours
        note = f"{ours / 20 * 1000:.2f} ms contre {base / 20 * 1000:.2f} ms à nu ; {rows} candidatures"
        made.append(Row("B1", f"5 candidatures avec rang et n, {people} demandes", ours / base, "× nu", 1.5, note=note))
        made.append(Row("B10", f"croissance de B1 jusqu'à {people} demandes", ours / first, "× petit", note=note))
    return made


if __name__ == "__main__":
    keep(run(tuple(int(size) for size in sys.argv[2].split(","))), Path(sys.argv[1]))
