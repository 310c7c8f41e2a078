"""Geometry of the rank stair: places to draw, no HTML."""

from dataclasses import dataclass

LAST_STEP = 8
LANDING_LEVEL = 6
COUNTS = ("aucun", "le premier", "les deux premiers", "les trois premiers", "les quatre premiers", "les cinq premiers")


@dataclass(frozen=True)
class Tread:
    """One place of the stair: `kind` is tail, step, you or gap; `level` counts risers from the floor."""

    kind: str
    text: str
    level: int


@dataclass(frozen=True)
class Stair:
    """Treads from the far end to the landing, and the places on the landing (highest first)."""

    treads: tuple[Tread, ...]
    landing: tuple[int, ...]
    rank: int
    label: str


def stair(rank: int, total: int, read: int = 3) -> Stair:
    """The stair of `rank` among `total`, the first `read` places sharing the landing. ValueError when rank > total."""
    if not 1 <= rank <= total:
        raise ValueError(f"rank {rank} is not between 1 and {total}")
    read = min(max(read, 1), LANDING_LEVEL, total)
    far = _far_treads(rank, total, read) if rank > max(LAST_STEP, read) else _near_treads(rank, total, read)
    return Stair(far, tuple(range(read, 0, -1)), rank, _label(rank, total, read))


def _level(place: int, read: int) -> int:
    return max(1, LANDING_LEVEL - (place - read))


def _near_treads(rank: int, total: int, read: int) -> tuple[Tread, ...]:
    last = min(total, max(LAST_STEP, read))
    steps = [Tread("you" if p == rank else "step", str(p), _level(p, read)) for p in range(last, read, -1)]
    return (Tread("tail", str(total), 0), *steps) if total > last else tuple(steps)


def _far_treads(rank: int, total: int, read: int) -> tuple[Tread, ...]:
    tail = (Tread("tail", str(total), 0),) if total > rank else ()
    between = rank - read - 2
    words = f"{between}\u00a0place{'s' if between > 1 else ''}"
    return (*tail, Tread("you", str(rank), 2), Tread("gap", words, 2), Tread("step", str(read + 1), LANDING_LEVEL - 1))


def _label(rank: int, total: int, read: int) -> str:
    place = "1er" if rank == 1 else f"{rank}e"
    count = COUNTS[read] if read < len(COUNTS) else f"les {read} premiers"
    files = "dossier" if read == 1 else "dossiers"
    return f"Votre place\u00a0: {place} sur {total}. La commission examine {count} {files}."
