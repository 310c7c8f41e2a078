"""BI-3, BI-5 and BI-6 at the door of the demande: strange strings, people's names, the edges of the calendar."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from html import escape, unescape
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.demandes import facts, queries
from palier.demandes.models import Demande
from palier.droit.categorie import categorie_menage
from palier.droit.menage import lire_cas
from palier.portals.demandeur import documents, flow
from palier.portals.demandeur.questions import CHAPTERS, PersonneForm
from palier.portals.demandeur.questions.base import Question
from palier.portals.demandeur.questions.numero import NumeroForm
from palier.portals.forms import PalierForm, is_clean
from tests.factories import NOW, make_demande
from tests.form_walk import DESK, applicant, born, browser_of, send, text
from tests.naughty import NAUGHTY, NUL_LIKE
from tests.sign_in import key
from tests.test_wizard_households import ALONE

pytestmark = [pytest.mark.django_db, pytest.mark.web]
HOUSEHOLD = {
    "union": "pacs", "enfants_a_naitre": 1, "colocataires": [{"nom": "Roux"}],
    "personnes": [
        {"role": "conjoint", "nom": "Roux", "prenom": "Yann", "naissance": "1990-05-04"},
        {"role": "codemandeur", "nom": "Diallo", "prenom": "Awa", "naissance": "1960-05-04"},
        {"role": "enfant", "nom": "Roux", "prenom": "Léo", "naissance": "2019-05-05", "a_charge": True},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def the_day() -> None:
    clock.set_now(NOW)


@pytest.fixture
def rich() -> Demande:
    """A draft of which every kind of question is asked."""
    demande = make_demande(state="brouillon", menage=HOUSEHOLD)
    demande.logement_actuel = {"statut": "locataire_hlm"}
    demande.travail = {"statut": "salarie_prive"}
    for each in demande.personnes.all():
        each.ressources = {"SAL": None, "PAV": None}
        each.travail = {"statut": "chomage" if each.role == "conjoint" else "agent_etat"}
        each.save()
    demande.save()
    found = queries.current_demande(demande.titulaire)
    assert found is not None
    return found


def typed(form: PalierForm) -> list[str]:
    """The posted names where something is typed, a date in its parts."""
    found: list[str] = []
    for name, each in form.fields.items():
        full = form.add_prefix(name)
        if isinstance(each.widget, forms.MultiWidget):
            found += [f"{full}_{part}" for part in ("jour", "mois", "annee")]
        elif isinstance(each.widget, forms.TextInput | forms.Textarea | forms.EmailInput | forms.HiddenInput):
            found.append(full)
    return found


def forms_to_fill(demande: Demande) -> list[tuple[str, Any]]:
    """(name, maker of the bound form) of every form of the demande."""
    found: list[tuple[str, Any]] = [("numero", NumeroForm), ("personne", PersonneForm)]
    for each in flow.asked(demande):
        if each.question is not None:
            found.append((each.key, lambda data, each=each: each.form(demande, data)))
    return found


def test_every_text_field_takes_every_strange_string_or_says_why(rich: Demande):
    assert 520 <= len(NAUGHTY) <= 600
    fields, faults = 0, []
    for name, make in forms_to_fill(rich):
        places = typed(make(QueryDict()))
        fields += len(places)
        for value in (*NAUGHTY, *NUL_LIKE) if places else ():
            data = QueryDict(mutable=True)
            data.update(dict.fromkeys(places, value))
            form = make(data)
            form.is_valid()
            faults += [f"{name}.{field} {value!r}" for field in _changed(form, value)]
    assert faults == []
    assert fields > 60


def _changed(form: PalierForm, value: str) -> list[str]:
    """The plain text fields that took something else than what was typed, or took what cannot be kept."""
    wrong = []
    kept = unicodedata.normalize("NFC", value).strip()
    for name, each in form.fields.items():
        if type(each).__name__ in ("TextField", "LongTextField", "CommuneField") and name in form.cleaned_data:
            got = form.cleaned_data[name]
            if name not in CHECKED and (got != kept or not is_clean(got)):
                wrong.append(name)
    return wrong


CHECKED = ("siret", "nir", "bailleur_siren", "numero")
"""Fields of which a number is read: what they keep is not what was typed."""
PAGES = (
    ("identite", "nom", ("prenom", "nom", "nom_usage")),
    ("identite", "adresse", ("adresse", "heberge_chez")),
    ("identite", "courrier", ("courrier_chez", "courrier_adresse", "courrier_ville")),
    ("travail", "activite", ("profession",)),
    ("actuel", "bailleur", ("bailleur",)),
    ("situation", "precisions", ("precisions",)),
)
GIVEN = {"civilite": "MME", "commune": "Nantes (44)", "statut": "salarie_prive"}


def test_strange_strings_are_kept_as_typed_or_shown_back_escaped(rich: Demande):
    client = browser_of(rich.titulaire)
    version, faults, kept = rich.version, [], 0
    for rank, value in enumerate(NAUGHTY):
        step, slug, names = PAGES[rank % len(PAGES)]
        said = {**GIVEN, **dict.fromkeys(names, value), "cle": key(), "version": str(version)}
        response = client.post(f"/demande/{step}/{slug}/", said)
        if response.status_code == 303:
            version, kept = version + 1, kept + 1
            page = client.get(f"/demande/{step}/{slug}/") if rank % 9 == 0 else None
            faults += [repr(value)] if page is not None and not _shown(page, value) else []
        elif response.status_code not in (200, 400, 422):
            faults.append(f"{response.status_code} {value!r}")
        elif is_clean(value) and not _shown(response, value):
            faults.append(f"not shown back: {value!r}")
    assert faults == []
    assert kept > len(NAUGHTY) // 2
    documents.form_pdf(Demande.objects.prefetch_related("personnes", "communes").get(pk=rich.pk), NOW.date())


def _shown(page: Any, value: str) -> bool:
    """What was typed is in the page, and never as markup."""
    source = page.content.decode()
    ours = source.replace("</script>", "").replace("<!--", "")
    for wanted in {value, unicodedata.normalize("NFC", value), unicodedata.normalize("NFC", value).strip()}:
        if len(wanted) > 3 and "<" in wanted and wanted in ours:
            return False
    words = unescape(source).replace("\r\n", "\n")
    tries = {value, unicodedata.normalize("NFC", value).strip(), value.replace("\r\n", "\n").replace("\r", "\n")}
    return any(escape(each) in source or each in words for each in tries)


@pytest.mark.parametrize(
    ("prenom", "nom"),
    [("O", "Y"), ("", "Suharto"), ("Ánh Thị", "Nguyễn"), ("ılgaz", "İnci"), ("عبد الله", "بن Mohamed"),
     ("Jean-Noël", "de La Tour d'Auvergne"), ("N'Golo", "O’Hara-Müller"), ("É" * 120, "x" * 120)],
)  # fmt: skip
def test_a_name_is_kept_as_its_person_writes_it(prenom: str, nom: str):
    client = browser_of(applicant())
    send(client, "/demande/numero/", connu="non", numero="")
    send(client, "/demande/identite/nom/", civilite="M", prenom=prenom, nom=nom)
    holder = Demande.objects.get().personnes.get()
    assert (holder.identite["prenom"], holder.identite["nom"]) == (prenom, nom)
    assert nom in text(client.get("/demande/relecture/"))


def begin() -> Client:
    client = browser_of(applicant())
    send(client, "/demande/numero/", connu="non", numero="")
    send(client, "/demande/identite/nom/", **ALONE["nom"])
    return client


@pytest.mark.parametrize(
    ("day", "kept", "partial"),
    [
        (("29", "2", "1992"), "1992-02-29", False),
        (("1", "1", "1900"), "1900-01-01", False),
        (("00", "3", "1992"), "1992-03-01", True),
        (("00", "00", "1992"), "1992-01-01", True),
        (("31", "12", "1999"), "1999-12-31", False),
    ],
)
def test_birth_dates_at_the_edges(day: tuple[str, str, str], kept: str, partial: bool):
    client = begin()
    send(client, "/demande/identite/naissance/", **born(*day))
    said = Demande.objects.get().personnes.get().identite
    assert (said["naissance"], bool(said.get("naissance_partielle"))) == (kept, partial)
    page = client.get("/demande/identite/naissance/").content.decode()
    assert 'value="00"' in page if partial else f'value="{day[2]}"' in page


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (("29", "2", "1991"), "n'existe pas dans le calendrier"),
        (("31", "4", "1990"), "n'existe pas dans le calendrier"),
        (("31", "12", "1899"), "n'est pas entre 1900"),
        (("1", "1", "92"), "n'est pas entre 1900"),
        (("", "3", "1992"), "Il manque le jour."),
        (("32", "1", "1990"), "n'existe pas"),
        (("1", "1", "3026"), "n'est pas entre 1900"),
        (("aa", "1", "1990"), "n'est pas une date"),
    ],
)
def test_birth_dates_that_are_none(day: tuple[str, str, str], said: str):
    page = text(send(begin(), "/demande/identite/naissance/", 422, **born(*day)))
    assert said in page


def test_a_day_unknown_leaves_the_law_undecided_never_a_refusal():
    """Two adults whose joint age decides the category: without a whole birth date, nothing is decided."""
    demande = make_demande(
        state="brouillon",
        menage={"union": "mariage", "personnes": [
            {"role": "conjoint", "nom": "Roux", "naissance": "1998-01-01", "naissance_partielle": True}]},
    )  # fmt: skip
    verdict = categorie_menage(lire_cas(facts.cas(demande, au=NOW.date())))
    assert verdict.valeur is None
    assert verdict.manquants


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), 422),  # 23:59:59 in Paris, the day before turning sixteen
        (datetime(2026, 11, 23, 23, 0, 0, tzinfo=UTC), 303),  # midnight
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), 303),
    ],
)
def test_sixteen_begins_at_midnight_in_paris(now: datetime, expected: int):
    clock.set_now(now)
    send(begin(), "/demande/identite/naissance/", expected, **born("24", "11", "2010"))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), date(2027, 3, 28)),  # before the hour that does not exist
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),  # 2:30 for the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),  # 2:30 again
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),  # already next year in Paris
    ],
)
def test_a_demande_filed_on_a_strange_night_takes_the_day_of_paris(now: datetime, day: date):
    demande = make_demande(state="brouillon", at=now)
    clock.set_now(now)
    client = browser_of(demande.titulaire)
    page = text(client.get("/demande/relecture/"))
    assert f"Revenu fiscal de référence {day.year - 2}" in text(client.get("/demande/ressources/rfr/"))
    assert "Enregistré à" in page
    send(client, "/demande/relecture/", vues_consenties="non", exact="on")
    assert Demande.objects.get(pk=demande.pk).deposee_le == day


def test_every_question_says_why_and_who_sees_it(rich: Demande):
    found = [each.form(rich) for each in flow.asked(rich) if each.question is not None]
    assert len({type(each) for each in found}) >= 24
    assert all(isinstance(each, Question) and each.why and each.seen_by and each.heading() for each in found)


def test_every_page_of_the_form_is_light(rich: Demande):
    phone, desk = browser_of(rich.titulaire), browser_of(rich.titulaire, DESK)
    pages = [(phone, each.url) for each in flow.asked(rich)]
    pages += [(desk, f"/demande/{step}/") for step in CHAPTERS]
    pages += [(phone, "/demande/menage/personne/"), (desk, "/demande/menage/personne/")]
    dear, kinds = [], set()
    for client in (phone, desk):
        client.get("/mon-espace/")  # the first page of a session also writes when it began
    for client, path in pages:
        with CaptureQueriesContext(connection) as caught:
            page = client.get(path)
        assert page.status_code == 200, path
        kinds.add(path)
        if len(caught) > 12 or len(page.content) > 30_000:
            dear.append(f"{path}: {len(caught)} queries, {len(page.content)} bytes")
    assert dear == []
    assert len(kinds) > 50
