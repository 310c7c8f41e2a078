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
FILES = "src/palier/gateways/files"
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
        (Change("src/palier/journal/scope.py", r"with transaction\.atomic\(\), coffre\.ring\(\):", "with coffre.ring():"),),  # noqa: E501
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
    Plant(
        "a parser that is given our environment",
        (Change(f"{FILES}/child.py", r"        env=\{\},\n"),),
        ("tests/test_files_child.py::test_the_child_knows_nothing_of_us",),
    ),
    Plant(
        "a file believed on its name",
        (Change(f"{FILES}/sniff.py", r"    _agree\(part, kind\)\n"),),
        ("tests/test_files_hostile.py::test_refused_in_a_sentence_or_remade[disguises]",),
    ),
    Plant(
        "a picture that keeps what was written beside its pixels",
        (Change(f"{FILES}/jobs/paper.py", r"        picture\.info = \{\}.*\n"),),
        ("tests/test_files_receive.py::test_what_staff_receive_holds_nothing_of_what_was_sent[photo]",),
    ),
    Plant(
        "blank areas that are the same bytes in two documents",
        (
            Change(f"{FILES}/jobs/paper.py", r"zlib\.compress\(zlib.*\)", "sheet.jpeg"),
            Change(f"{FILES}/jobs/paper.py", r"\[/FlateDecode /FlateDecode", "["),
        ),
        ("tests/test_files_receive.py::test_what_staff_receive_holds_nothing_of_what_was_sent[blanche, de nous]",),
    ),
    Plant(
        "a page shown without who reads it",
        (Change(f"{FILES}/jobs/mark.py", r"    if not lines:\n        return picture", "    return picture"),),
        ("tests/test_files_receive.py::test_each_page_says_who_reads_it",),
    ),
    Plant(
        "a virus inside a packed stream",
        (Change(f"{FILES}/jobs/pdf.py", r"if EICAR in content:", "if EICAR is content:"),),
        ("tests/test_files_antivirus.py::test_the_built_in_rule_needs_no_antivirus",),
    ),
    Plant(
        "a required antivirus that is down and no matter",
        (Change(f"{FILES}/antivirus.py", r"        if required:\n", "        if not address:\n"),),
        ("tests/test_files_antivirus.py::test_required_and_down_nothing_is_taken",),
    ),
    Plant(
        "a sealed file that is not bound to its version",
        (Change("src/palier/coffre/blobs.py", re.escape("|{version}|"), "|"),),
        ("tests/test_files_sealed.py::test_a_swapped_file_an_older_version_another_kind_or_person_is_refused",),
    ),
    Plant(
        "a stored file that another goes over",
        (Change("src/palier/gateways/storage/folder.py", r"os\.link\(draft", "os.replace(draft"),),
        ("tests/test_files_sealed.py::test_nothing_is_written_over",),
    ),
    Plant(
        "a text kept as it was typed, not composed",
        (Change("src/palier/portals/forms.py", re.escape('return unicodedata.normalize("NFC", text)'), "return text"),),
        ("tests/test_wizard_entries.py::test_every_text_field_takes_every_strange_string_or_says_why",),
    ),
    Plant(
        "a name that we capitalise",
        (Change("src/palier/demandes/actions/steps.py", r'"nom": nom,', '"nom": nom.title(),'),),
        ("tests/test_wizard_entries.py::test_a_name_is_kept_as_its_person_writes_it",),
    ),
    Plant(
        "a birth date that is partly unknown, given whole to the law",
        (
            Change(
                "src/palier/demandes/facts.py",
                re.escape('born = None if identite.get("naissance_partielle") else identite.get("naissance")'),
                'born = identite.get("naissance")',
            ),
        ),
        ("tests/test_wizard_entries.py::test_a_day_unknown_leaves_the_law_undecided_never_a_refusal",),
    ),
    Plant(
        "a filing dated by the clock of Greenwich",
        (Change("src/palier/demandes/actions/filing.py", r"day = local_day\(at\)", "day = at.date()"),),
        ("tests/test_wizard_entries.py::test_a_demande_filed_on_a_strange_night_takes_the_day_of_paris",),
    ),
    Plant(
        "a number of social security shown back",
        (
            Change(
                "src/palier/portals/demandeur/questions/identite.py",
                r'"""The number is never put back in a page."""\n        return \{\}',
                '"""The number is put back in a page."""\n        return known',
            ),
        ),
        ("tests/test_wizard.py::test_the_number_of_social_security_is_checked_sealed_and_never_shown_whole",),
    ),
    Plant(
        "a change that is lost when another one is on its way to the register",
        (
            Change(
                "src/palier/demandes/actions/registre.py",
                r"if demande\.version != version and ",
                "if not version and ",
            ),
        ),
        ("tests/test_registre_panne.py::test_a_change_made_while_another_is_on_its_way_is_told_too",),
    ),
    Plant(
        "a record of the register shown to whoever has its number",
        (
            Change(
                "src/palier/demandes/actions/imports.py",
                re.escape(' and kept.get("naissance") == said.get("naissance")'),
            ),
        ),
        ("tests/test_registre_import.py",),
    ),
    Plant(
        "a document type accepted in a message of the register",
        (
            Change(
                "src/palier/gateways/registre/envelope.py",
                re.escape("if document.doctype or document.internalDTD is not None:"),
                "if document.doctype is False:",
            ),
        ),
        ("tests/test_registre_messages.py",),
    ),
    Plant(
        "a change of life that counts before it is confirmed",
        (
            Change(
                "src/palier/portals/demandeur/preview.py",
                re.escape("    if always or impact.change:\n        raise ToConfirm(impact)\n"),
            ),
        ),
        ("tests/test_changement.py",),
    ),
    Plant(
        "a contestation that any agent may answer",
        (
            Change(
                "src/palier/demandes/models/suivi.py",
                re.escape('if actor.role == "dpo" and actor.user_id is not None:'),
                "if actor.user_id is not None:",
            ),
            Change(
                "src/palier/demandes/actions/contestation.py",
                re.escape('if by.role != "dpo" or not may(by.role, "own", "droit.traiter"):'),
                "if not may(by.role, \"own\", \"droit.traiter\") and by.user_id is None:",
            ),
        ),
        ("tests/test_contestation.py",),
    ),
    Plant(
        "a history that tells what the other adult wrote",
        (
            Change(
                "src/palier/demandes/queries/history.py",
                re.escape("return all(rules.may_see_of(by, demande, owner, each.classe) for owner in owners)"),
                "return True",
            ),
        ),
        ("tests/test_historique.py",),
    ),
    Plant(
        "a file that a row names before it is put away",
        (Change("src/palier/demandes/actions/pieces.py", r"    storage\(\)\.put\(objet, sealed\)\n"),),
        ("tests/test_pieces_crashes.py",),
    ),
    Plant(
        "a quota of files that is no longer looked at",
        (Change("src/palier/demandes/actions/pieces.py", r"    if today \+ number > most:", "    if today > most:"),),
        ("tests/test_pieces_races.py",),
    ),
    Plant(
        "a link to a file that serves another session",
        (
            Change(
                "src/palier/portals/downloads.py",
                r"if session is None or session != request\.session\.session_key:",
                "if session is None:",
            ),
        ),
        ("tests/test_pieces_pages.py",),
    ),
    Plant(
        "a changed file that nobody writes down",
        (Change("src/palier/demandes/actions/opening.py", r"        _report\(damage.*\n"),),
        ("tests/test_pieces_damaged.py",),
    ),
    Plant(
        "a private piece shown to who decides",
        (
            Change(
                "src/palier/demandes/queries/looking.py",
                r"known is None or known\.du_bail or known\.sensible",
                "known is None",
            ),
        ),
        ("tests/test_pieces_looked.py",),
    ),
    Plant(
        "a demande open to every adviser of the agency that follows it",
        (
            Change(
                "src/palier/accompagnement/rules.py",
                r"\(by\.user_id, (by\.organisation_id)\) == \(assignation\.conseiller_id, (assignation\.\w+)\)",
                "by.organisation_id == assignation.organisation_id",
            ),
        ),
        ("tests/test_accompagnement.py",),
    ),
    Plant(
        "an emergency that never ends",
        (
            Change(
                "src/palier/accompagnement/rules.py",
                r"urgence\.ouvert_le <= at < urgence\.expire_le",
                "urgence.ouvert_le <= at",
            ),
            Change("src/palier/accompagnement/queries.py", r", expire_le__gt=at\)", ")"),
        ),
        ("tests/test_accompagnement.py",),
    ),
    Plant(
        "an adult who reads the incomes of the other",
        (Change("src/palier/base/policy.toml", r'(?<=relation = "shared"\n)read = \["P1", "P2", "P8"\]',
                'read = ["P1", "P2", "P4", "P8"]'),),
        ("tests/test_codemandeur.py",),
    ),
    Plant(
        "a separation that leaves what the other adult earned",
        (
            Change(
                "src/palier/demandes/actions/sharing.py",
                r"        _take_away\(person, pieces, at\)\n",
                "        pass\n",
            ),
        ),
        ("tests/test_codemandeur.py",),
    ),
    Plant(
        "a look that writes no line",
        (Change("src/palier/journal/reading.py", r"        AccessLine\.objects\.bulk_create\(lines\)\n"),),
        ("tests/test_regards.py",),
    ),
    Plant(
        "a step up that keeps the session's name",
        (Change("src/palier/portals/middleware.py", r"                request\.session\.cycle_key\(\)\n",
                "                pass\n"),),
        ("tests/test_identity.py",),
    ),
    Plant(
        "a code of two steps ago",
        (Change("src/palier/config/settings.py", r"MFA_TOTP_TOLERANCE = 1", "MFA_TOTP_TOLERANCE = 2"),),
        ("tests/test_identity.py",),
    ),
    Plant(
        "a common word lengthened by figures taken for a password",
        (
            Change(
                "src/palier/config/settings.py",
                r"palier\.config\.passwords\.CommonRootValidator",
                "django.contrib.auth.password_validation.CommonPasswordValidator",
            ),
        ),
        ("tests/test_identity.py",),
    ),
    Plant(
        "a closing that freezes a list on the former version of its grid",
        (Change(f"{CANDIDATURES}/actions/closing.py", r"    renew_held\(offre, by=by, at=at\)\n"),),
        ("tests/test_grille_rangs.py::test_a_closing_that_comes_first_counts_under_the_version_in_force",),
    ),
    Plant(
        "a movement that forgets whoever left",
        (
            Change(
                f"{CANDIDATURES}/queries/movements.py",
                re.escape("(c.state in ({live}) or c.state_since > k.vu) there"),
                "c.state in ({live}) there",
            ),
        ),
        ("tests/test_mouvement.py::test_a_withdrawal_is_told_without_a_name_nor_a_date",),
    ),
    Plant(
        "the reasons of a movement told in a list of four",
        (
            Change(
                f"{CANDIDATURES}/queries/movements.py",
                r"few = min\(placed\.effectif, seen\.effectif\) < number\(\"voisins_min\"\)",
                "few = False",
            ),
        ),
        ("tests/test_mouvement.py::test_below_five_only_the_count",),
    ),
    Plant(
        "an act of another dated by the look of five minutes before",
        (
            Change(
                f"{CANDIDATURES}/queries/movements.py",
                re.escape('fresh = now - seen.vu_le < timedelta(hours=number("raisons_apres"))'),
                "fresh = False",
            ),
        ),
        ("tests/test_mouvement.py::test_what_others_did_is_not_told_for_a_look_less_than_a_day_old",),
    ),
    Plant(
        "the place of an estimate told after the closing",
        (
            Change(
                "src/palier/portals/chances_words.py",
                re.escape("return rang if rang is not None and rang.fige else None"),
                "return Rang(vue.rang, vue.candidatures, fige=True)",
            ),
        ),
        ("tests/test_pages_chances.py::test_the_second_never_reads_that_the_first_was_lost",),
    ),
    Plant(
        "a rank said to be passed one point too early",
        (Change(f"{CANDIDATURES}/queries/explain.py", r"else lead \+ 1\n", "else lead\n"),),
        ("tests/test_rank_pourquoi.py::test_the_points_missing_are_those_that_pass_the_third_file",),
    ),
    Plant(
        "a result kept silent because of who was housed",
        (
            Change(
                "src/palier/attributions/actions/results.py",
                r'if row\.candidatures < number\("voisins_min"\):',
                'if row.candidatures < number("voisins_min") or any(b.demande.situation for b in offre.baux.all()):',
            ),
        ),
        ("tests/test_rank_resultats.py::test_a_result_is_the_same_whoever_was_housed",),
    ),
    Plant(
        "a share of the decided rank told of fewer than five dwellings",
        (Change("src/palier/attributions/rules.py", r"if min\(cells\) < RESULTS_CELL:", "if sum(cells) == 0:"),),
        ("tests/test_rank_resultats.py::test_a_share_of_fewer_than_five_dwellings_is_never_told",),
    ),
    Plant(
        "leases of territories counted up to the day",
        (
            Change(
                "src/palier/attributions/rules.py",
                r"after = plus_mois\(day\.replace\(day=1\), -RESULTS_MONTHS\)",
                "after = plus_mois(day, -RESULTS_MONTHS)",
            ),
        ),
        ("tests/test_rank_resultats.py::test_two_nights_of_a_month_count_the_same_leases",),
    ),
    Plant(
        "a delay that begins before any offre could end",
        (
            Change(
                "src/palier/chances/delais/reponses.py",
                r"f = courbes_de\(gel, profils\.attend, rejoue\.risques, rejoue\.temps_mort\)",
                "f = courbes_de(gel, profils.attend, rejoue.risques, 0.0 * rejoue.temps_mort)",
            ),
        ),
        ("tests/test_chances_delais.py::test_a_year_replayed_by_hand",),
    ),
    Plant(
        "a person who competes with oneself in past lists",
        (
            Change(
                "src/palier/chances/delais/risques.py",
                r"soi = rejeu\.lignes_de\(profils\.places\[i\], o\)",
                "soi = np.full(len(o), -1)",
            ),
        ),
        ("tests/test_chances_delais.py::test_nobody_competes_with_oneself",),
    ),
    Plant(
        "a replay that reads the offres that end later",
        (Change("src/palier/chances/delais/rejeu.py", r"in \(au - AN, au\)\)", "in (au - AN, au + AN))"),),
        ("tests/test_chances_delais.py::test_nothing_later_changes_an_answer",),
    ),
    Plant(
        "a lever announced at its full gain",
        (Change("src/palier/chances/leviers.py", r"gain = REDUCTION \* ", "gain = "),),
        ("tests/test_chances_leviers.py::test_the_gain_is_nine_tenths_of_what_two_questions_say",),
    ),
    Plant(
        "a fit that reads what happens later",
        (
            Change(
                "src/palier/chances/ajustement/matiere.py",
                r"evenements\.instant < au",
                "evenements.instant < au + 10**7",
            ),
        ),
        ("tests/test_chances_ajustement.py::test_nothing_later_changes_a_fit",),
    ),
    Plant(
        "a list that holds those who apply later",
        (Change("src/palier/chances/listes.py", r"deposee\[qui\] < quand\)", "deposee[qui] < quand + 10**6)"),),
        ("tests/test_chances_predire.py::test_the_list_is_that_of_the_instant",),
    ),
    Plant(
        "an unknown figure that counts as zero",
        (
            Change(
                "src/palier/chances/ajustement/regressions.py",
                r"np\.where\(np\.isnan\(z\), 0\.0, z\)",
                "np.where(np.isnan(z), -moyennes / ecarts, z)",
            ),
        ),
        ("tests/test_chances_ajustement.py::test_an_unknown_figure_counts_as_the_mean",),
    ),
    Plant(
        "a candidate who was lost scored as not chosen",
        (Change("src/palier/chances/tirage.py", r"P_MINIMUM\), 0\.0\)", "P_MINIMUM), 1.0)"),),
        ("tests/test_chances_evaluer.py::test_who_was_lost_weighs_nothing_and_who_was_presented_weighs_more",),
    ),
    Plant(
        "estimates computed for whoever switched them off",
        (
            Change(
                "src/palier/estimations/actions/storing.py",
                re.escape("if draft.demande_id not in off}"),
                "if draft.demande_id}",
            ),
        ),
        ("tests/test_estimations.py::test_switched_off_nothing_is_shown_computed_nor_kept_unseen",),
    ),
    Plant(
        "an estimate that was shown is overwritten by the next",
        (
            Change(
                "src/palier/estimations/actions/storing.py",
                re.escape("_overwrite([row for row in stale if row.montree_le is None]"),
                "_overwrite(stale",
            ),
        ),
        ("tests/test_estimations.py::test_what_was_shown_stays_beside_its_successor",),
    ),
    Plant(
        "every arrival asks for a batch of its own",
        (
            Change(
                "src/palier/estimations/tasks.py",
                re.escape('lock = f"{task.name}.{name}"'),
                'lock = f"{task.name}.{name}.{clock.now()}"',
            ),
        ),
        ("tests/test_estimations_evenements.py::test_thirty_arrivals_on_an_offre_make_one_batch",),
    ),
    Plant(
        "a night is done as soon as the fit is learned",
        (
            Change(
                "src/palier/estimations/actions/fitting.py",
                re.escape('"acheve_le": None}'),
                '"acheve_le": at}',
            ),
        ),
        ("tests/test_estimations_evenements.py::test_a_night_whose_worker_died_is_begun_again",),
    ),
    Plant(
        "a chance that is certain",
        (Change("src/palier/portals/ui/chances.py", re.escape("TOP = 10, 5, 95"), "TOP = 10, 5, 100"),),
        ("tests/test_pages_chances_figure.py::test_nothing_is_ever_certain",),
    ),
    Plant(
        "a number where data are too few",
        (Change("src/palier/portals/chances_words.py", re.escape('vue.statut == "ok" and finite('), "finite("),),
        ("tests/test_pages_chances.py::test_too_few_data_say_so_and_give_no_factor",),
    ),
    Plant(
        "the other adult of a shared demande reads a chance",
        (
            Change(
                "src/palier/portals/public/offer.py",
                re.escape("is not None and viewer.demande.titulaire_id == viewer.actor.user_id"),
                "is not None",
            ),
        ),
        ("tests/test_pages_chances_essais.py::test_the_other_adult_of_a_shared_demande_reads_no_chance",),
    ),
    Plant(
        "levers told beside a figure that does not hold",
        (Change("src/palier/portals/demandeur/estimations.py", re.escape("if sure else []"), "if found else []"),),
        ("tests/test_pages_chances.py::test_levers_are_told_only_beside_a_figure_that_holds",),
    ),
)
