"""The desk of the auditor: is a selection fair, does a ranking come out the same, is the record whole.

Nothing here names a person, opens a file, or serves another computation. Every look at somebody's rank, and every
opening of an audit, is a line of the journal.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.queries.audited import closed_lists, recounted
from palier.estimations.queries import audit_of, audits_of, territory_labels
from palier.journal.reading import read
from palier.journal.tasks import ask_check
from palier.journal.verification import last_check
from palier.portals.auditeur import words
from palier.portals.desk import Space, actor_of, page, posted
from palier.portals.ui.french import quarter

SPACE = Space(
    "auditeur",
    "Audit",
    (
        ("equite", "Égalité de traitement", "equite"),
        ("rangs", "Classements", "rangs"),
        ("journal", "Journal", "journal"),
    ),
)
ROLES = ("auditeur",)
RELATION = "mandate"


@policy("equite.lire", roles=ROLES)
@require_safe
def equite(request: HttpRequest) -> HttpResponse:
    """The audits by quarter and territory. No result is opened by the list."""
    found = audits_of(actor_of(request))
    names = territory_labels(each.territoire for each in found)
    rows = [(each, names.get(each.territoire, each.territoire), quarter(each.debut)) for each in found]
    return page(request, SPACE, "auditeur/equite.html", "equite", audits=rows)


@policy("equite.lire", roles=ROLES)
@require_safe
def audit(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """One audit: both tests of every group large enough, and what they could not have seen."""
    by = actor_of(request)
    row = audit_of(by, audit_id)
    if row is None:
        raise NotVisible
    (sheet,) = read([row], ["lignes", "calibration"], by=by, relation=RELATION, purpose="equite.lire", at=clock.now())
    names = territory_labels([row.territoire])
    context = {
        "audit": row,
        "nom": names.get(row.territoire, row.territoire),
        "trimestre": quarter(row.debut),
        "tables": words.tables(sheet["lignes"]),
        "calibration": words.calibration(sheet["calibration"]),
        "alertes": sum(bool(each["confirmee"]) for each in sheet["lignes"]),
        "muettes": words.silent(row.variables),
    }
    return page(request, SPACE, "auditeur/audit.html", "equite", **context)


@policy("rang.rejouer", roles=ROLES)
@require_safe
def rangs(request: HttpRequest) -> HttpResponse:
    """The last closed lists: which one to count again."""
    return page(request, SPACE, "auditeur/rangs.html", "rangs", listes=closed_lists())


@policy("rang.rejouer", roles=ROLES)
@require_safe
def rang(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """One closed list counted again from its frozen inputs: pseudonyms, ranks, bands of points, differences."""
    found = recounted(offre_id, by=actor_of(request), relation=RELATION, purpose="rang.rejouer", at=clock.now())
    if found is None:
        raise NotVisible
    return page(request, SPACE, "auditeur/rang.html", "rangs", liste=found)


@policy("journal.verifier", roles=ROLES)
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Whether the record is whole, as the last verification found it."""
    return page(request, SPACE, "auditeur/journal.html", "journal", verification=last_check())


@policy("journal.verifier", roles=ROLES)
@require_POST
def verifier(request: HttpRequest) -> HttpResponse:
    """Ask for a verification; the queue does it."""
    return posted(request, ask_check, SPACE.url("journal"))
