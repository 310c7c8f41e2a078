"""A small journal written by hand, and what breaks it: one cell, one line, one byte at a time."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np

from palier.chances.journal import Journal

FILES = {
    "parametres.csv": """\
cle,valeur
version_format,1
territoire,essai
debut,2024-01-01T00:00:00Z
fin,2025-01-01T00:00:00Z
presentes,3
commissions,2
delai_reponse_jours,10
points_par_mois,1
plafond_mois,48
points_lien_domicile,6
points_lien_travail,6
""",
    "trajets.csv": """\
commune_travail,commune,minutes
99001,99001,10
99001,99002,24.5
""",
    "offres.csv": """\
offre,publiee_le,cloture_le,commune,typologie,financement,surface,loyer_hc,loyer_cc,qualite,bailleur,presentes,commissions
o1,2024-02-01T08:00:00Z,2024-02-08T08:00:00Z,99001,T2,PLUS,45.5,400,460.25,0.3,b1,,
o2,2024-03-01T08:00:00Z,2024-03-08T08:00:00Z,99002,T3,PLAI,61,410,480,,b1,4,1
o3,2024-12-20T08:00:00Z,2025-01-08T08:00:00Z,99002,T3,PLI,64,600,690,-1.25,b2,3,3
""",
    "demandes.csv": """\
demande,version_du,deposee_le,taille,revenu_mensuel,commune_domicile,commune_travail,communes,typologies,financements,points_hors_offre,points_perdus,dossier_complet
d1,2023-01-05T10:00:00Z,2022-01-05T00:00:00Z,1,1500,99001,99001,99001|99002,T2,PLUS|PLAI,20,0,1
d2,2024-01-05T10:00:00Z,2024-01-05T00:00:00Z,3,2100.5,99002,,99002,T3|T2,PLAI|PLI,12,15,0
d1,2024-02-20T10:00:00Z,2022-01-05T00:00:00Z,2,1500,99001,99001,99001|99002,T2|T3,PLUS|PLAI|PLI,26,0,1
d3,2024-01-09T10:00:00Z,2024-01-09T00:00:00Z,,,,,,,,,,1
""",
    "candidatures.csv": """\
candidature,offre,demande,deposee_le,points,trajet_min,taux_effort,dossier_complet
c1,o1,d1,2024-02-02T09:00:00Z,51,10,0.28,1
c2,o1,d2,2024-02-03T09:00:00Z,13,,,0
c3,o2,d2,2024-03-02T09:00:00Z,20,24.5,0.31,0
c4,o3,d1,2024-12-22T09:00:00Z,60,24.5,0.4125,1
c5,o3,d3,2024-12-23T09:00:00Z,11,30,0.2,1
""",
    "evenements.csv": """\
numero,instant,offre,candidature,type,commission,ordre,motif
1,2024-02-09T08:00:00Z,o1,c1,contacte,1,,
2,2024-02-10T08:00:00Z,o1,c1,presente,1,,
3,2024-02-20T08:00:00Z,o1,c1,classe,1,1,
5,2024-02-20T08:00:00Z,o1,c1,attribue,1,,
6,2024-02-25T08:00:00Z,o1,c1,refuse,1,,loyer
8,2024-03-01T08:00:00Z,o1,,sans_suite,,,
9,2024-03-05T08:00:00Z,o2,c3,retire,,,
""",
    "sorties.csv": """\
demande,sortie_le,cause
d2,2024-11-01T00:00:00Z,abandon
""",
    "vues.csv": """\
demande,offre,vue_le
d1,o2,2024-03-02T10:00:00Z
""",
    "groupes_audit.csv": """\
demande,variable,modalite
d1,groupe,A
d2,groupe,B
d3,groupe,
""",
}
CHANCE = "question,candidature,instant\nq1,c4,2024-12-26T00:00:00Z\nq2,c5,2025-01-08T08:00:00Z\n"
DELAI = (
    "question,demande,instant,communes,typologies,financements,points_hors_offre,points_perdus,deposee_le,taille,"
    "revenu_mensuel,commune_domicile,commune_travail,dossier_complet,candidatures_12m,offres_12m,actions\n"
    "q1,d1,2024-12-26T00:00:00Z,,,,,,,,,,,,,,\n"
    "q2,,2024-12-26T00:00:00Z,99001|99002,T2,PLUS,30,12,2024-01-01T00:00:00Z,1,1600,99001,99001,1,4,9,"
    "justificatif|typologie:T3\n"
)


def write(folder: Path) -> Path:
    """The journal, whole, in a new folder."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def text_of(name: str) -> str:
    """A file of the journal, or one of the two questions."""
    return {**FILES, "chance.csv": CHANCE, "delai.csv": DELAI}[name]


def cell(name: str, line: int, column: str, value: str) -> bytes:
    """The file with one cell changed; lines as an editor counts."""
    rows = [each.split(",") for each in text_of(name).splitlines()]
    rows[line - 1][rows[0].index(column)] = value
    return ("\n".join(",".join(row) for row in rows) + "\n").encode()


def without(name: str, column: str) -> bytes:
    """The file without one column."""
    rows = list(csv.reader(text_of(name).splitlines()))
    place = rows[0].index(column)
    return ("\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows) + "\n").encode()


def doubled(name: str, line: int) -> bytes:
    """The file with one line written twice; the second one stands just after."""
    lines = text_of(name).splitlines()
    return ("\n".join([*lines[:line], lines[line - 1], *lines[line:]]) + "\n").encode()


def edited(name: str, edit: Callable[[str], str]) -> bytes:
    """The file after any change of its text."""
    changed = edit(text_of(name))
    assert changed != text_of(name)
    return changed.encode()


def assert_same(one: Journal, other: Journal) -> None:
    """Both journals are equal in every column, unknown figures included."""
    for table in fields(Journal):
        left, right = getattr(one, table.name), getattr(other, table.name)
        if table.name in ("parametres", "trajets") or left is None or right is None:
            assert left == right, table.name
            continue
        for column in fields(left):
            a, b = getattr(left, column.name), getattr(right, column.name)
            if isinstance(a, tuple):
                assert a == b, (table.name, column.name)
            else:
                assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), (table.name, column.name)
                assert a.dtype.kind == b.dtype.kind, (table.name, column.name)
