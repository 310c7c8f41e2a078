"""A large, plain population written by SQL: pools of candidatures of a known size, no personal fact in it."""

from __future__ import annotations

import time

from django.db import connection

POOL = 500
LOT = 500_000
PAST = 50_000
PER_PERSON = 5

_FILL = """
insert into accounts_user (id, password, email, is_active, joined_at, session_epoch)
select md5('u' || n)::uuid, '!', 'banc' || n || '@exemple.fr', true, now(), 0 from generate_series(1, {people}) n;
insert into demandes_demande (id, state, state_since, titulaire_id, created_at, version, numero_index, deposee_le,
 importee, commune_domicile, "union", enfants_a_naitre, siret, employeur, secteur, contrat, demandeur_emploi,
 commune_travail, typologies, etapes, vues_consenties, motif_radiation, identite_index, preferences, travail,
 recherche, reponses)
select md5('d' || n)::uuid, 'active', now(), md5('u' || n)::uuid, now(), 1, md5('n' || n),
 date '2026-11-01' - n % 2000,
 false, '44109', '', 0, '', '', 'prive', 'cdi', false, '44109', array['T3'], array['identite'], false, '', '',
 '{{}}', '{{}}', '{{}}', '{{}}'
from generate_series(1, {people}) n;
insert into parc_logement (id, programme_id, numero, typologie, surface, etage, ascenseur, adapte, financement,
 loyer_hc_cents, charges_cents, dpe)
select md5('l' || n)::uuid, '{programme}', 'B' || n, 'T3', 62, 1, false, false, 'PLUS', 54000, 8000, 'C'
from generate_series(1, {offres}) n;
insert into parc_offre (id, state, state_since, logement_id, grille_id, created_at, publiee_le, cloture_le,
 disponible_le, description, presentes, motif_retrait, version)
select md5('o' || n)::uuid, 'publiee', now(), md5('l' || n)::uuid, '{grille}', now(), timestamptz '2026-11-20 08:00Z',
 timestamptz '2026-12-10 22:59:59Z' + n * interval '1 second', date '2027-01-04', '', 3, '', 1
from generate_series(1, {offres}) n;
insert into candidatures_candidature (id, state, state_since, demande_id, offre_id, deposee_le, points, anciennete_le,
 cle_egalite, pseudonyme, points_anciennete, points_logement, cotation, cote_le, motif_fin)
select md5('c' || n)::uuid, 'deposee', now(), md5('d' || (1 + n % {people}))::uuid,
 md5('o' || (1 + (n / {people} + n * 7) % {offres}))::uuid, now(), (n * 37) % 90,
 date '2026-11-01' - n % 2000,
 md5('k' || n) || md5('q' || n), upper(substr(md5('p' || n), 1, 9)), 10, 6, decode(repeat('ab', 300), 'hex'), now(), ''
from generate_series(0, {rows} - 1) n on conflict do nothing;
vacuum analyze candidatures_candidature;
vacuum analyze parc_offre;
vacuum analyze parc_logement;
vacuum analyze demandes_demande;
"""


def fill(people: int, *, programme: str, grille: str) -> int:
    """Write `people` demandes with 5 candidatures each in pools of about 500; the number of candidatures."""
    rows = people * PER_PERSON
    words = {"people": people, "rows": rows, "offres": max(rows // POOL, PER_PERSON), "programme": programme}
    with connection.cursor() as cursor:
        for statement in _FILL.format(grille=grille, **words).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("select count(*) from candidatures_candidature")
        return int(cursor.fetchone()[0])


# The years before: candidatures that ended, of other demandes, on offres that are closed. Their rows are shorter (60
# bytes sealed instead of 300) and their ids follow one another, as those of the platform do.
_PAST = """
insert into accounts_user (id, password, email, is_active, joined_at, session_epoch)
select md5('pu' || n)::uuid, '!', 'banc-passe' || n || '@exemple.fr', true, now(), 0 from generate_series(1, {past}) n;
insert into demandes_demande (id, state, state_since, titulaire_id, created_at, version, numero_index, deposee_le,
 importee, commune_domicile, "union", enfants_a_naitre, siret, employeur, secteur, contrat, demandeur_emploi,
 commune_travail, typologies, etapes, vues_consenties, motif_radiation, identite_index, preferences, travail,
 recherche, reponses)
select md5('pd' || n)::uuid, 'radiee', now(), md5('pu' || n)::uuid, now(), 1, md5('pn' || n), date '2020-01-01',
 false, '44109', '', 0, '', '', 'prive', 'cdi', false, '44109', array['T3'], array['identite'], false, '', '',
 '{{}}', '{{}}', '{{}}', '{{}}'
from generate_series(1, {past}) n
"""
_CLOSED = """
insert into parc_offre (id, state, state_since, logement_id, grille_id, created_at, publiee_le, cloture_le,
 disponible_le, description, presentes, motif_retrait, version)
select md5('h' || n)::uuid, 'pourvue', now(), md5('l1')::uuid, '{grille}', now(), timestamptz '2024-01-01 08:00Z',
 timestamptz '2024-01-08 22:59:59Z', date '2024-03-04', '', 3, '', 1
from generate_series({first} / {pool}, ({first} + {lot} - 1) / {pool}) n;
insert into candidatures_candidature (id, state, state_since, demande_id, offre_id, deposee_le, points, anciennete_le,
 cle_egalite, pseudonyme, points_anciennete, points_logement, cotation, cote_le, motif_fin)
select lpad(to_hex(n), 32, '0')::uuid, 'close', now(), md5('pd' || (1 + n % {past}))::uuid,
 md5('h' || (n / {pool}))::uuid, now(),
 n * 37 % 90, date '2020-01-01', md5(n::text) || md5(n::text), lpad(to_hex(n % {pool}), 9, '0'), 10, 6,
 decode(repeat('ab', 60), 'hex'), now(), 'rang'
from generate_series({first}, {first} + {lot} - 1) n
"""
_KEYS = """select 'alter table candidatures_candidature drop constraint ' || quote_ident(conname) from pg_constraint
where conrelid = 'candidatures_candidature'::regclass and contype = 'f'"""
_INDEXES = """select indexname, indexdef from pg_indexes where tablename = 'candidatures_candidature'
and indexdef like '%%(demande_id%%' and indexdef not like '%%UNIQUE%%'"""


def history(total: int, *, seconds: float, grille: str) -> int:
    """Add ended candidatures until the table holds `total`, or the time is over; how many it holds.

    Foreign keys go and the indexes on the demande are made again at the end, or the filling would take an hour.
    """
    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off; set maintenance_work_mem = '512MB'")
        cursor.execute("select count(*) from candidatures_candidature")
        rows = int(cursor.fetchone()[0])
        first = 0
        _each(cursor, _PAST.format(past=PAST))
        indexes = _strip(cursor)
        while rows + LOT <= total and time.monotonic() - start < seconds:
            _each(cursor, _CLOSED.format(first=first, lot=LOT, pool=POOL, past=PAST, grille=grille))
            first, rows = first + LOT, rows + LOT
        _each(cursor, ";\n".join(indexes))
        cursor.execute("vacuum analyze candidatures_candidature")
    return rows


def _strip(cursor: object) -> list[str]:
    """Drop what slows the filling; the statements that make the indexes again."""
    cursor.execute(_KEYS)  # type: ignore[attr-defined]
    _each(cursor, ";\n".join(row[0] for row in cursor.fetchall()))  # type: ignore[attr-defined]
    cursor.execute(_INDEXES)  # type: ignore[attr-defined]
    found = cursor.fetchall()  # type: ignore[attr-defined]
    _each(cursor, ";\n".join(f"drop index {name}" for name, _ in found))
    return [definition for _, definition in found]


def _each(cursor: object, text: str) -> None:
    for statement in text.split(";\n"):
        if statement.strip():
            cursor.execute(statement)  # type: ignore[attr-defined]
