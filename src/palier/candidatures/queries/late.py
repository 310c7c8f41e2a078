"""What was true at a closing that is done late: a new grid lets in no piece of after the hour, no fact counted anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from palier.candidatures.facts import Frozen, closing_day, cotation_facts, law_grille, profil, read_pieces
from palier.candidatures.models import Candidature
from palier.demandes.facts import PROVING, piece_dict
from palier.demandes.models import Demande, Piece
from palier.droit.cotation import Grille
from palier.journal.models import Event, aggregate_of


def inputs_at_closing(rows: Sequence[Candidature], former: Grille, closed: datetime) -> dict[UUID, Frozen]:
    """The inputs of each row under its offre's new grid: what the former grid read stays as last counted.

    Only what the new grid alone reads is taken from the demande, as it is now; a piece, when it proved at the closing.
    """
    proved = _proved([row.demande for row in rows], closed)
    return {row.pk: _inputs(row, former, proved[row.demande_id]) for row in rows}


def _inputs(row: Candidature, former: Grille, proved: list[Piece]) -> Frozen:
    grille, known = law_grille(row.offre.grille), profil(row.demande, closing_day(row.offre))
    fresh = cotation_facts(row.demande, row.offre, replace(known, pieces=[piece_dict(each) for each in proved]))
    before, asked = read_pieces(former), read_pieces(grille)
    # What the former grid read and did not know then stays unknown, whatever was said since.
    faits = {path: value for path, value in fresh["faits"].items() if path not in former.faits} | row.cotation["faits"]
    pieces = [each for each in fresh["pieces"] if each["code"] not in before]
    pieces += [each for each in row.cotation["pieces"] if each["code"] in asked]
    return {
        "faits": {path: faits[path] for path in grille.faits if path in faits},
        "pieces": sorted(pieces, key=lambda each: str(each["code"])),
        "au": fresh["au"],
    }


def _proved(demandes: Sequence[Demande], instant: datetime) -> dict[UUID, list[Piece]]:
    """The pieces that proved at an instant, by demande: the last line of each in the journal tells its state."""
    pieces = [piece for demande in demandes for piece in demande.pieces.all()]
    told = Event.objects.filter(aggregate=aggregate_of(Piece), aggregate_id__in=[piece.pk for piece in pieces])
    last = told.filter(at__lte=instant).order_by("aggregate_id", "-n").distinct("aggregate_id")
    states = dict(last.values_list("aggregate_id", "to_state"))
    found: dict[UUID, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if states.get(piece.pk) in PROVING:
            found[piece.demande_id].append(piece)
    return found
