"""The one act on territories: a collectivité publishes a version of its grid."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from palier import journal
from palier.base.actor import Actor
from palier.base.refusal import Refused, explain_constraint
from palier.droit import cotation
from palier.territoires.departements import departements
from palier.territoires.models import Commune, Grille

explain_constraint(
    "grille_sans_chevauchement",
    code="grille_chevauchement",
    detail="Une version de cette grille est déjà en vigueur pendant ces jours.",
    mend="Choisissez une date de début postérieure à celle de la version en vigueur.",
)
explain_constraint(
    "grille_version",
    code="grille_version",
    detail="Cette version de la grille est déjà publiée.",
    mend="Donnez à la nouvelle version un numéro plus grand.",
)


@journal.act
def publish_grille(*, texte: str, perimetre: Sequence[str], by: Actor, at: datetime) -> Grille:
    """Publish a grid (TOML text) on EPCI and départements; the version in force ends the day before it begins.

    Refused when the text is no grid, when the perimeter names an unknown place, or when days overlap.
    """
    read = _read_or_refuse(texte)
    grille = Grille(
        code=read.code,
        version=read.version,
        libelle=read.libelle,
        texte=texte,
        empreinte=read.empreinte,
        perimetre=_known_places(perimetre),
        en_vigueur_depuis=read.en_vigueur_depuis,
        en_vigueur_jusqu_au=read.en_vigueur_jusqu_au,
        publiee_le=at,
        deliberation=read.deliberation,
        fictif=read.fictif,
    )
    _end_previous(grille)
    grille.save(force_insert=True)
    journal.record("grille.publiee", grille, by=by, at=at, data={"code": grille.code, "empreinte": grille.empreinte})
    return grille


def _read_or_refuse(texte: str) -> cotation.Grille:
    try:
        return cotation.lire_grille(texte)
    except cotation.GrilleInvalide as error:
        raise Refused("grille_invalide", str(error), status=422) from error


def _end_previous(grille: Grille) -> None:
    """A version with no end, begun before the new one, ends the day before it."""
    previous = Grille.objects.filter(
        code=grille.code, en_vigueur_jusqu_au=None, en_vigueur_depuis__lt=grille.en_vigueur_depuis
    )
    previous.update(en_vigueur_jusqu_au=grille.en_vigueur_depuis - timedelta(days=1))


def _known_places(perimetre: Sequence[str]) -> list[str]:
    listed = sorted(set(perimetre))
    epci = set(Commune.objects.filter(siren_epci__in=listed).values_list("siren_epci", flat=True))
    unknown = [code for code in listed if code not in epci and code not in departements()]
    if listed and not unknown:
        return listed
    raise Refused(
        "grille_perimetre",
        "Le périmètre ne désigne ni un EPCI ni un département connus.",
        field="Périmètre",
        value=", ".join(unknown),
        mend="Donnez des numéros SIREN d'EPCI (9 chiffres) ou des codes de département.",
        status=422,
    )
