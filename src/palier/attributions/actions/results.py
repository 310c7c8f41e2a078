"""The results that anyone may read, written at night: of each offre a month after its end, and of each territory.

An offre tells nothing of the person housed: no draw, no test of a fact, no decided rank. Ranks are told in aggregate.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from palier.attributions import rules
from palier.attributions.models import Bail, Decision, DelaiTerritoire, Dossier, ResultatOffre
from palier.base.clock import deadline, local_day
from palier.candidatures.facts import law_grille
from palier.candidatures.models import GONE, ClassementLigne
from palier.candidatures.rules import number
from palier.droit.cotation import Cotation, bande_total
from palier.droit.dates import plus_mois
from palier.droit.zones import zone_abc
from palier.journal.mover import act
from palier.parc.models import Offre, Programme

OVER = ("pourvue", "infructueuse")
TENSE = ("Abis", "A", "B1")


def month_before(at: datetime) -> datetime:
    """The end of the day one month ago: nothing later is said (trust V2)."""
    return deadline(plus_mois(local_day(at), -rules.RESULTS_MONTHS))


def due_results(at: datetime) -> list[UUID]:
    """The offres that ended a month ago and have no result yet."""
    over = Offre.objects.filter(state__in=OVER, state_since__lte=month_before(at), classement__isnull=False)
    return list(over.filter(resultat__isnull=True).order_by("pk").values_list("pk", flat=True))


def publish_results(*, at: datetime) -> int:
    """Write the results that are due, each in its own commit; how many."""
    return sum(publish_result(offre_id=offre_id, at=at) for offre_id in due_results(at))


@act
def publish_result(*, offre_id: UUID, at: datetime) -> bool:
    """The result of one offre, once: read in its list and its dates alone, whoever was housed (V2)."""
    offre = Offre.objects.get(pk=offre_id)
    row = ResultatOffre(offre=offre, publie_le=at)
    _fill(row, offre)
    ResultatOffre.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _fill(row: ResultatOffre, offre: Offre) -> None:
    lines = ClassementLigne.objects.filter(classement__offre=offre).exclude(GONE)
    row.candidatures = lines.count()
    if row.candidatures < number("voisins_min"):
        return
    presented = Dossier.objects.filter(offre=offre).values("candidature_id")
    grille = law_grille(offre.grille)
    points = lines.filter(candidature__in=presented).order_by("-points").values_list("points", flat=True)
    if len(points) >= rules.RESULTS_PRESENTED:  # the band of one alone would be that of the person housed
        counts = Counter(bande_total(Cotation(each, (), grille.empreinte, grille)) for each in points)
        row.bandes = [[band, count] for band, count in counts.items()]
    assert offre.publiee_le is not None
    assert offre.cloture_le is not None
    row.jours_ouverte = (local_day(offre.cloture_le) - local_day(offre.publiee_le)).days
    decided = Decision.objects.filter(offre=offre).order_by("decidee_le").values_list("decidee_le", flat=True).first()
    row.semaines_decision = _weeks(offre.cloture_le, decided)
    lease = Bail.objects.filter(offre=offre, state="signe").select_related("proposition").first()
    if lease is not None:
        row.semaines_reponse = _weeks(decided, lease.proposition.state_since)


def _weeks(start: datetime | None, end: datetime | None) -> int | None:
    """Whole weeks, rounded up."""
    if start is None or end is None:
        return None
    return math.ceil(max(timedelta(0), end - start) / timedelta(weeks=1))


# Territories ----------------------------------------------------------------------------------------------------------

_DELAYS = """
with kind as (select * from unnest(%s::text[], %s::text[]) k(code, type)),
housed as (
  select p.commune_id commune, c.siren_epci epci, kind.type, l.typologie,
    (extract(year from age(b.signe_le, d.deposee_le)) * 12
     + extract(month from age(b.signe_le, d.deposee_le)))::int mois,
    extract(day from b.signe_le - o.publiee_le)::int jours, ca.ordre_decision ordre
  from attributions_bail b join attributions_proposition pr on pr.id = b.proposition_id
  join candidatures_candidature ca on ca.id = pr.candidature_id
  join parc_offre o on o.id = b.offre_id join parc_logement l on l.id = o.logement_id
  join parc_programme p on p.id = l.programme_id join territoires_commune c on c.code = p.commune_id
  join demandes_demande d on d.id = b.demande_id left join kind on kind.code = p.commune_id
  where b.state = 'signe' and b.signe_le > %s and b.signe_le <= %s and d.deposee_le is not null
)
select case when grouping(commune) = 0 then 'commune' when grouping(epci) = 0 then 'epci' else 'type' end,
  coalesce(commune, epci, type), typologie, count(*),
  percentile_disc(array[0.25, 0.5, 0.75]) within group (order by mois),
  percentile_disc(array[0.25, 0.5, 0.75]) within group (order by jours),
  count(*) filter (where ordre = 1), count(*) filter (where ordre = 2)
from housed group by grouping sets ((commune, typologie), (epci, typologie), (type, typologie))
having count(*) >= %s and coalesce(commune, epci, type, '') <> ''
"""


@act
def count_delays(*, at: datetime) -> int:
    """Replace the delays of every territory by those of the leases of whole months, a month ago at the latest (V2)."""
    begin, last = rules.months_told(local_day(at))
    start, end = deadline(begin - timedelta(days=1)), deadline(last)
    types = commune_types(local_day(at))
    with connection.cursor() as cursor:
        cursor.execute(_DELAYS, [list(types), list(types.values()), start, end, rules.RESULTS_LEAST])
        rows = [
            DelaiTerritoire(
                niveau=niveau, code=code, typologie=typologie, effectif=count, calcule_le=at,
                attente_bas=max(0, months[0]), attente=max(0, months[1]), attente_haut=max(0, months[2]),
                traitement_bas=max(0, days[0]), traitement=max(0, days[1]), traitement_haut=max(0, days[2]),
                ordre=rules.order_shares(first, second, count - first - second),
            )
            for niveau, code, typologie, count, months, days, first, second in cursor.fetchall()
        ]  # fmt: skip
    DelaiTerritoire.objects.all().delete()
    DelaiTerritoire.objects.bulk_create(rows, batch_size=5_000)
    return len(rows)


def commune_types(au: date) -> dict[str, str]:
    """« metropole » or « detendu » of each commune that has a dwelling, by its zone ABC; unknown ones are left out."""
    codes = Programme.objects.order_by().values_list("commune_id", flat=True).distinct()
    zones = {code: zone_abc(code, au).valeur for code in codes}
    return {code: "metropole" if zone in TENSE else "detendu" for code, zone in zones.items() if zone is not None}
