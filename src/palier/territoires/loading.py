"""Fill the communes and their neighbours from the package data. Idempotent: a second run changes nothing."""

import csv
import gzip
import io
from collections.abc import Iterator
from importlib import resources
from typing import Any

from django.db import connection as default_connection
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_STAGE = """
create temp table etape_commune (like territoires_commune including defaults excluding generated excluding constraints)
on commit drop;
alter table etape_commune drop column nom_fold;
create temp table etape_voisinage (commune_id text not null, voisine_id text not null) on commit drop;
"""
_COLUMNS = (
    "code, nom, code_departement, code_region, siren_epci, nom_epci, codes_postaux, population, latitude, longitude,"
    " commune_parente_id, anciens_codes"
)
_COPY_COMMUNES = f"copy etape_commune ({_COLUMNS}) from stdin"
_COPY_NEIGHBOURS = "copy etape_voisinage (commune_id, voisine_id) from stdin with (format csv, header)"
_MERGE_COMMUNES = f"""
insert into territoires_commune as c ({_COLUMNS}) select {_COLUMNS} from etape_commune
on conflict (code) do update set
  nom = excluded.nom, code_departement = excluded.code_departement, code_region = excluded.code_region,
  siren_epci = excluded.siren_epci, nom_epci = excluded.nom_epci, codes_postaux = excluded.codes_postaux,
  population = excluded.population, latitude = excluded.latitude, longitude = excluded.longitude,
  commune_parente_id = excluded.commune_parente_id, anciens_codes = excluded.anciens_codes
where (c.nom, c.siren_epci, c.nom_epci, c.codes_postaux, c.population, c.latitude, c.longitude, c.anciens_codes)
  is distinct from (excluded.nom, excluded.siren_epci, excluded.nom_epci, excluded.codes_postaux,
                    excluded.population, excluded.latitude, excluded.longitude, excluded.anciens_codes)
"""  # noqa: S608 (constants of this module)
_FORGET_NEIGHBOURS = """
delete from territoires_voisinage v where not exists
  (select from etape_voisinage e where e.commune_id = v.commune_id and e.voisine_id = v.voisine_id)
"""
_MERGE_NEIGHBOURS = """
insert into territoires_voisinage (commune_id, voisine_id) select commune_id, voisine_id from etape_voisinage
on conflict do nothing
"""
_ORPHANS = """
select count(*) from territoires_voisinage v
where not exists (select from territoires_commune c where c.code = v.commune_id)
   or not exists (select from territoires_commune c where c.code = v.voisine_id)
"""


class BadData(ValueError):
    """The package data contradict themselves; nothing was written."""


def package_file(name: str) -> bytes:
    """The decompressed content of one data file of the package."""
    return gzip.decompress(resources.files("palier.territoires.donnees").joinpath(name).read_bytes())


def commune_rows() -> Iterator[tuple[Any, ...]]:
    """The communes of the package, in the order of the columns of the table."""
    text = io.StringIO(package_file("communes.csv.gz").decode("utf-8"))
    for row in csv.DictReader(text):
        yield (
            row["code_insee"],
            row["nom"],
            row["code_departement"],
            row["code_region"],
            row["siren_epci"],
            row["nom_epci"],
            row["codes_postaux"].split(),
            int(row["population"]),
            float(row["latitude"]),
            float(row["longitude"]),
            row["commune_parente"] or None,
            row["anciens_codes"].split(),
        )


def charger_territoires(connection: BaseDatabaseWrapper = default_connection) -> tuple[int, int]:
    """Bring both tables to the state of the package; returns (communes, neighbour rows). About 3 s when empty.

    A commune that left the package is kept (rows may point to it). BadData when a neighbour is no commune.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY_COMMUNES) as copy:
            for row in commune_rows():
                copy.write_row(row)
        with cursor.copy(_COPY_NEIGHBOURS) as copy:
            copy.write(package_file("communes_limitrophes.csv.gz"))
        for statement in (_MERGE_COMMUNES, _FORGET_NEIGHBOURS, _MERGE_NEIGHBOURS):
            cursor.execute(statement)
        cursor.execute(_ORPHANS)
        if orphans := cursor.fetchone()[0]:
            raise BadData(f"{orphans} neighbour rows name an unknown commune")
        cursor.execute("set constraints all immediate")
        cursor.execute("drop table etape_commune, etape_voisinage")
        cursor.execute("analyze territoires_commune, territoires_voisinage")
        cursor.execute(
            "select (select count(*) from territoires_commune), (select count(*) from territoires_voisinage)"
        )
        communes, neighbours = cursor.fetchone()
    return communes, neighbours
