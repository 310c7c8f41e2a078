"""The faults, as text: what to take away or change in a copy of the tree, and the tests that must see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


class StalePlantError(RuntimeError):
    """The text that a plant changes is no longer there once: write the plant again."""


@dataclass(frozen=True)
class Change:
    """In `path` (from the root), the one match of `pattern` becomes `text`."""

    path: str
    pattern: str
    text: str = ""

    def apply(self, root: Path) -> str:
        """Change the file; its former text. StalePlantError unless the pattern is found exactly once."""
        place = root / self.path
        before = place.read_text(encoding="utf-8")
        after, found = re.subn(self.pattern, lambda _: self.text, before)
        if found != 1:
            raise StalePlantError(f"{self.path}: {self.pattern!r} is found {found} times")
        place.write_text(after, encoding="utf-8")
        return before


@dataclass(frozen=True)
class Plant:
    """One fault and the tests that see it; `only` narrows the access matrix to the rows that begin so."""

    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    only: str = ""


MATRIX = "tests/access/test_matrix.py::test_the_matrix"
CRASHES = "tests/access/test_crash_points.py::test_each_form_cut_anywhere_happens_once_or_not_at_all"
CANDIDATURES = "src/palier/candidatures"
PLANTS = (
    Plant(
        "a page that no longer starts from visible_to",
        (
            Change(
                "src/palier/portals/demandeur/candidatures.py",
                re.escape("rows = with_place(Candidature.objects.visible_to(actor_of(request)))"),
                "rows = with_place(Candidature.objects.all())",
            ),
        ),
        (MATRIX,),
        only="demandeur:candidature_",
    ),
    Plant(
        "a seat that no longer limits what a member of the commission sees",
        (
            Change(
                "src/palier/attributions/models.py",
                re.escape('self.filter(membres__user_id=actor.user_id).exclude(state="preparee")'),
                'self.exclude(state="preparee")',
            ),
        ),
        (MATRIX,),
        only="caleol:seance",
    ),
    Plant(
        "an act taken out of the policy table",
        (Change("src/palier/base/policy.toml", r'"seance\.preparer", "seance\.convoquer", ', '"seance.preparer", '),),
        ("tests/house/test_routes.py::test_every_declared_act_is_in_the_table_for_its_roles",),
    ),
    Plant(
        "a field class taken out of the policy table",
        (
            Change(
                "src/palier/base/policy.toml",
                r'(?<=relation = "seated"\n)read = \["P1", "P2", "P4", "P8"\]',
                'read = ["P1", "P4", "P8"]',
            ),
        ),
        (MATRIX,),
        only="caleol:point",
    ),
    Plant(
        "a constraint taken out of the database",
        (
            Change(
                f"{CANDIDATURES}/models.py",
                r'            models\.UniqueConstraint\(\n                fields=\["demande", "offre"\],(?:\n .*){3}\n',
            ),
            Change(
                f"{CANDIDATURES}/migrations/0001_initial.py",
                r"        migrations\.AddConstraint\(\n(?:(?!        migrations\.).*\n)*?"
                r'\s+name="candidature_une_vivante_par_offre",\n            \),\n        \),\n',
            ),
        ),
        ("tests/test_races.py::test_the_constraint_alone_holds",),
    ),
    Plant(
        "a state written without its line in the journal",
        (
            Change(
                "src/palier/journal/mover.py",
                r'(?<=    obj\.save\(update_fields=\["state", "state_since", \*\(changes or \{\}\)\]\)\n)'
                r"    scope\.pending\.append\(draft\)\n",
            ),
        ),
        ("tests/test_journal_mover.py::test_move_writes_state_since_changes_and_the_next_line",),
    ),
    Plant(
        "a post that the forgery check lets through",
        (Change("src/palier/config/settings.py", r'    "django\.middleware\.csrf\.CsrfViewMiddleware",\n'),),
        ("tests/test_headers.py::test_no_post_without_token_or_from_elsewhere",),
    ),
    Plant(
        "an act that is no longer one transaction",
        (Change("src/palier/journal/scope.py", r"with transaction\.atomic\(\), coffre\.ring\(\):", "with coffre.ring():"),),
        (CRASHES,),
    ),
    Plant(
        "a form sent twice that meets what it has changed",
        (Change("src/palier/portals/middleware.py", r"return kept_view\(request\) or response", "return response"),),
        (CRASHES,),
    ),
    Plant(
        "a date announced again at each run",
        (Change("src/palier/demandes/actions/reminders.py", r"    Rappel\.objects\.bulk_create\((?:.*\n)*?    \)\n"),),
        ("tests/test_calendrier.py::test_a_year_passes_with_each_announcement_once",),
    ),
    Plant(
        "a removal without the warning that the law asks for",
        (
            Change(
                "src/palier/demandes/actions/renewal.py",
                r"depuis=demande\.renouvelee_le, avertissement=warned\)",
                "depuis=demande.renouvelee_le, avertissement=demande.renouvelee_le)",
            ),
        ),
        ("tests/test_calendrier.py::test_a_queue_that_slept_all_year_still_warns_a_month_before_it_removes",),
    ),
)
