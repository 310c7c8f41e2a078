"""The fields of each kind of document, from its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stdnum.fr import siret

from palier.droit.lecture_pieces import Bulletin, Lu
from palier.droit.lecture_pieces.noms import mots_nom
from palier.gateways.lecture import values
from palier.gateways.lecture.kinds import words
from palier.gateways.lecture.mrz import Mrz
from palier.gateways.lecture.reading import Lecture, Line, Page

SIRET = re.compile(r"(?<!\d)(?:\d ?){14}(?!\d)")
UNSURE = 50


@dataclass(frozen=True)
class Fields:
    """What was read, amounts in cents; None was not read."""

    noms: tuple[Lu[str], ...] = ()
    annee_revenus: Lu[int] | None = None
    rfr: Lu[int] | None = None
    naissance: Lu[date] | None = None
    expiration: Lu[date] | None = None
    nationalite: str | None = None
    bulletins: tuple[Bulletin, ...] = ()
    employeur: str | None = None
    siret: str | None = None
    paiement: Lu[date] | None = None


def extract(lecture: Lecture, kind: str, mrz: Mrz | None) -> Fields:
    """Read the fields of a document of this kind."""
    lines = list(lecture.lines())
    noms = tuple(_unique([*_labelled(lines), *_after_civility(lines)]))
    if kind == "avis_imposition":
        return Fields(noms=noms, annee_revenus=_year(lines), rfr=_rfr(lines))
    if kind in ("bulletin_salaire", "attestation_employeur"):
        return replace(_work(lines), noms=noms, bulletins=tuple(_payslips(lecture.pages)))
    if kind in ("piece_identite", "titre_sejour"):
        return _identity(lines, noms, mrz, lecture.folded)
    return Fields(noms=noms, naissance=values.day_after(lines, "naissance"))


def _labelled(lines: Sequence[Line]) -> Iterator[Lu[str]]:
    """Whole names after their expression, then family names joined to the first names that follow or precede them."""
    whole = list(values.names_after(lines, "nom_entier"))
    yield from (found for _, _, found in whole)
    taken = {rank for rank, _, _ in whole} | {rank for rank, _, _ in values.names_after(lines, "nom_usage")}
    parts = [
        (rank, place, family, found)
        for family, expression in ((True, "nom"), (False, "prenoms"))
        for rank, place, found in values.names_after(lines, expression)
        if rank not in taken or not family
    ]
    held: tuple[bool, Lu[str]] | None = None
    for _, _, family, found in sorted(parts, key=lambda part: part[:2]):
        if held is None or held[0] == family:
            if held is not None and held[0]:
                yield held[1]
            held = (family, found)
            continue
        surname, first = (found, held[1]) if family else (held[1], found)
        yield Lu(f"{surname.valeur} {first.valeur}", min(surname.confiance, first.confiance))
        held = None
    if held is not None and held[0]:
        yield held[1]
    yield from (found for _, _, found in values.names_after(lines, "nom_usage"))


def _after_civility(lines: Sequence[Line]) -> Iterator[Lu[str]]:
    """Names of two words or more after « M. » or « Mme »."""
    for line in lines:
        for civility in values.CIVILITY.finditer(line.text):
            found = values.name_at(line, civility.end())
            if found is not None and len(mots_nom(found.valeur)) > 1:
                yield found


def _unique(names: Iterable[Lu[str]]) -> list[Lu[str]]:
    """Each name once, with its surest reading."""
    found: dict[tuple[str, ...], Lu[str]] = {}
    for name in names:
        key = tuple(sorted(mots_nom(name.valeur)))
        if key and (key not in found or found[key].confiance < name.confiance):
            found[key] = name
    return list(found.values())


def _year(lines: Sequence[Line]) -> Lu[int] | None:
    """Year of the revenus; that of the notice less one when it alone is printed, with a doubt."""
    for name, back in (("annee_revenus", 0), ("annee_avis", 1)):
        for pattern in words()["avant"][name]:
            for line in lines:
                if found := re.search(pattern, line.folded):
                    sure = line.sure(*found.span(1))
                    return Lu(int(found[1]) - back, sure if not back else min(sure, UNSURE))
    return None


def _rfr(lines: Sequence[Line]) -> Lu[int] | None:
    """The amount after « revenu fiscal de référence »; two that differ leave a doubt."""
    found = [each[-1] for pattern in words()["avant"]["rfr"] for each in values.amounts_after(lines, pattern)]
    if not found:
        return None
    best = max(found, key=lambda each: each.confiance)
    return best if len({each.valeur for each in found}) == 1 else Lu(best.valeur, min(best.confiance, UNSURE))


def _work(lines: Sequence[Line]) -> Fields:
    """Who employs, and when the wage was paid."""
    named = next((found.valeur for _, _, found in values.names_after(lines, "employeur")), None)
    numbers = (re.sub(r"\D", "", each.group()) for line in lines for each in SIRET.finditer(line.folded))
    valid = next((number for number in numbers if siret.is_valid(number)), None)
    return Fields(employeur=named, siret=valid, paiement=values.day_after(lines, "paiement"))


def _payslips(pages: Sequence[Page]) -> Iterator[Bulletin]:
    """One payslip a month; a page without a month goes on the one before it."""
    held: Bulletin | None = None
    for page in pages:
        month, nets = _month(page.lines), _nets(page.lines)
        if month is None and not nets:
            continue
        follows = held is not None and (month is None or (held.mois and month.valeur == held.mois.valeur))
        if held is not None and follows:
            held = Bulletin(held.mois, {**held.nets, **nets})
            continue
        if held is not None:
            yield held
        held = Bulletin(month, nets)
    if held is not None:
        yield held


def _month(lines: Sequence[Line]) -> Lu[date] | None:
    """The month of the pay: after its expression, else the first one written in words, with a doubt."""
    for line, _, _ in values.after(lines, "periode"):
        if found := values.month_of(line):
            return found
    skipped = "|".join(words()["arret"]["autre_mois"])
    for line in lines:
        written = values.MONTH.search(line.folded) and not re.search(skipped, line.folded)
        if written and (found := values.month_of(line)):
            return Lu(found.valeur, min(found.confiance, values.DOUBTFUL))
    return None


def _nets(lines: Sequence[Line]) -> dict[str, Lu[int]]:
    """Each net printed, by its name."""
    read = {name: values.amounts_after(lines, pattern) for name, pattern in words()["nets"].items()}
    return {name: found[0][0] for name, found in read.items() if found}


def _identity(lines: Sequence[Line], noms: tuple[Lu[str], ...], mrz: Mrz | None, folded: str) -> Fields:
    """An identity document: the zone when its digits hold, else the print."""
    french = "FRA" if re.search("republique francaise|carte nationale d'identite|nationalite fran", folded) else None
    printed = Fields(
        noms=noms,
        naissance=values.day_after(lines, "naissance"),
        expiration=values.day_after(lines, "expiration"),
        nationalite=french,
    )
    if mrz is None:
        return printed
    known = {mot for nom in noms for mot in mots_nom(nom.valeur)}
    agreed = bool(known) and set(mots_nom(mrz.names)) <= known
    zone = () if not mots_nom(mrz.names) or agreed else (Lu(mrz.names, mrz.sure),)
    if not mrz.checked:
        return replace(printed, noms=(*noms, *zone))
    return Fields(
        noms=(*noms, *zone),
        naissance=Lu(mrz.birth) if mrz.birth else printed.naissance,
        expiration=Lu(mrz.expiry) if mrz.expiry else printed.expiration,
        nationalite=mrz.nationality or french,
    )
