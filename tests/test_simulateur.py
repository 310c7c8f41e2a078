"""« À quoi ai-je droit ? » over the test client: the answers travel in the page, nothing is kept, nothing is lost."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock, limits
from palier.droit.menage import lire_cas
from palier.portals.public.simulateur.questions import QUESTIONS
from palier.portals.public.simulateur.state import State, Unreadable, read_answers, write_answers
from palier.portals.public.simulateur.steps import CHAPTERS, all_answered, next_step, step_before, steps
from tests import factories as make

pytestmark = pytest.mark.django_db
PLACE, ENGLISH, FILE = "/simulateur/", "/en/simulateur/", "/simulateur/fichier/"
TODAY = clock.local_day(make.NOW)
WRITES = re.compile(r"\s*(insert|update|delete|copy|truncate|merge)\b", re.IGNORECASE)
FAMILY: dict[str, Any] = {
    "au": "2026-11-24",
    "commune": "44109",
    "menage": {
        "union": "mariage",
        "personnes": [
            {"id": "p1", "role": "demandeur", "naissance": "1992-03-02", "rfr": {"2024": 21500.5}, "net_mensuel": 1720},
            {"id": "p2", "role": "conjoint", "naissance": "1990-07-01", "rfr": {"2024": 0}, "douze_mois": 12.3},
            {"id": "p3", "role": "enfant", "naissance": "2019-05-05", "a_charge": True, "garde": "alternee"},
            {"id": "p4", "role": "ascendant", "a_charge": False, "handicap": True},
        ],
        "enfants_a_naitre": 1,
    },
    "emploi": {"secteur": "prive", "effectif": 120, "contrat": "cdi", "debut": "2020-01-06"},
    "logement": {"typologie": "T3", "surface": 62.5, "loyer_hc": 540, "loyer_cc": 620.4, "financement": "PLUS"},
}


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def text_of(answer: Any) -> str:
    """The words of a page, spaces made plain."""
    words = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(words.replace("\u00a0", " ").split())


def hidden(answer: Any) -> dict[str, str]:
    """The answers that a page carries, and its screen."""
    found = re.findall(r'<input type="hidden" name="(reponses|ecran)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in found}


def family() -> State:
    """A whole case, every question answered."""
    return all_answered(lire_cas(FAMILY))


def at(client: Client, screen: str, state: State | None = None, place: str = PLACE) -> Any:
    """A question of a state, opened to be changed."""
    return client.post(place, {"reponses": write_answers(state or family()), "ecran": "", "aller": screen})


def send(client: Client, screen: str, state: State | None = None, place: str = PLACE, **typed: Any) -> Any:
    """The answer to a question of a state."""
    return client.post(place, {"reponses": write_answers(state or family()), "ecran": screen, **typed})


def upload(client: Client, content: bytes | str, place: str = PLACE) -> Any:
    """A file of answers taken up again."""
    data = content.encode() if isinstance(content, str) else content
    return client.post(place, {"ecran": "fichier", "fichier": SimpleUploadedFile("ma-situation-palier.json", data)})


# The order of the questions -------------------------------------------------------------------------------------------


def test_every_question_has_its_form_and_its_chapter():
    assert set(QUESTIONS) == set(CHAPTERS)
    assert {key.partition("-")[0] for key in steps(lire_cas(FAMILY))} <= set(QUESTIONS)


def test_only_questions_that_can_count_are_asked():
    alone = lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"id": "p1", "role": "demandeur"}]}})
    assert steps(alone) == (
        "adultes",
        "naissance-p1",
        "foyer",
        "handicap",
        "commune",
        "employeur",
        "rfr",
        "net",
        "loyer",
    )
    asked = steps(lire_cas(FAMILY))
    assert {"effectif", "contrat", "recents", "enfant-p3", "charge-p3", "autre-p4"} <= set(asked)
    public = lire_cas({**FAMILY, "emploi": {"secteur": "public"}})
    assert "effectif" not in steps(public)
    minor = [{**each, "garde": "principale"} if each["id"] == "p3" else each for each in FAMILY["menage"]["personnes"]]
    assert "charge-p3" not in steps(lire_cas({**FAMILY, "menage": {"personnes": minor}}))


def test_the_first_question_without_an_answer_comes_next():
    state = family()
    assert next_step(state) == ""
    assert next_step(State(state.cas, state.seen - {"commune", "net"})) == "commune"
    assert step_before(state, "adultes") == ""
    assert step_before(state, "naissance-p1") == "adultes"


# Nothing is kept ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["", "commune", "loyer"])
def test_nothing_is_written_nor_set(client: Client, screen: str):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = at(client, screen or "resultat")
        saved = client.post(FILE, {"reponses": write_answers(family())})
    assert answer.status_code == saved.status_code == 200
    written = [each["sql"] for each in queries if WRITES.match(each["sql"])]
    assert [each for each in written if '"palier_cache"' not in each] == []
    assert not any("21500" in each or "1992" in each for each in written)
    assert set(answer.cookies) <= {"palier_csrf"}
    assert not client.session.items()
    assert "no-store" in answer["Cache-Control"]
    assert "no-store" in saved["Cache-Control"]


def test_the_address_never_holds_an_answer(client: Client):
    page = at(client, "resultat").content.decode()
    addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', page)
    queries = {each.partition("?")[2] for each in addresses if "?" in each}
    assert queries == {"commune=Nantes"}
    assert 'method="get"' not in page


def test_a_reload_or_the_back_button_changes_nothing(client: Client):
    typed = {"naissance_jour": "2", "naissance_mois": "3", "naissance_annee": "1993"}
    first, again = send(client, "naissance-p1", **typed), send(client, "naissance-p1", **typed)
    assert hidden(first) == hidden(again)
    assert text_of(first) == text_of(again)


# The answers ----------------------------------------------------------------------------------------------------------


def test_from_the_door_to_the_first_questions(client: Client):
    door = client.get(PLACE)
    assert door.status_code == 200
    assert not hidden(door).get("reponses")
    first = client.post(PLACE, {"ecran": "debut"})
    assert "Avec quel adulte vivrez-vous ?" in text_of(first)
    said = hidden(first)
    assert json.loads(said["reponses"]) == {"cas": {"au": "2026-11-24"}, "vues": []}
    second = client.post(PLACE, {**said, "adultes": "pacs"})
    assert hidden(second)["ecran"] == "naissance-p1"
    case = json.loads(hidden(second)["reponses"])["cas"]
    assert case["menage"]["union"] == "pacs"
    assert [each["role"] for each in case["menage"]["personnes"]] == ["demandeur", "conjoint"]


@pytest.mark.parametrize("screen", steps(lire_cas(FAMILY)))
def test_each_question_opens_with_what_was_said_and_keeps_it(client: Client, screen: str):
    page = at(client, screen)
    assert page.status_code == 200
    assert page.content.count(b"<h1") == 1
    again = client.post(PLACE, {**hidden(page), **filled(page)})
    assert again.status_code == 200, text_of(again)[:800]
    case = json.loads(hidden(again)["reponses"])["cas"]
    assert lire_cas(case) == lire_cas(FAMILY)


def filled(page: Any) -> dict[str, Any]:
    """The fields of a page as a browser would send them back."""
    found: dict[str, Any] = {}
    form = page.context["form"]
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "decompress"):
            parts = value if isinstance(value, list) else field.field.widget.decompress(value)
            names = ("jour", "mois", "annee")
            found |= {f"{field.name}_{name}": part for name, part in zip(names, parts, strict=True)}
        elif value is not None:
            found[field.name] = value
    return found


@pytest.mark.parametrize(
    ("screen", "path", "gone"),
    [
        ("naissance-p1", ("menage", "personnes", 0), "naissance"),
        ("rfr", ("menage", "personnes", 0), "rfr"),
        ("net", ("menage", "personnes", 0), "net_mensuel"),
        ("commune", (), "commune"),
        ("effectif", ("emploi",), "effectif"),
        ("loyer", (), "logement"),
    ],
)
def test_i_do_not_know_is_an_answer(client: Client, screen: str, path: tuple[Any, ...], gone: str):
    answer = send(client, screen, inconnu="1")
    assert answer.status_code == 200
    part = json.loads(hidden(answer)["reponses"])["cas"]
    for key in path:
        part = part[key]
    assert gone not in part


def test_an_unknown_commune_is_never_a_refusal(client: Client):
    words = text_of(send(client, "commune", inconnu="1"))
    assert "Pas encore établi" in words
    assert "La commune manque" in words
    assert "Au-dessus du plafond" not in words


@pytest.mark.parametrize(
    ("screen", "typed", "shown"),
    [
        ("adultes", {"adultes": "trois"}, "n'est pas une réponse possible"),
        ("adultes", {}, "est vide"),
        ("naissance-p1", {"naissance_jour": "31", "naissance_mois": "2", "naissance_annee": "1990"}, "n'existe pas"),
        ("naissance-p1", {"naissance_jour": "2", "naissance_mois": "3", "naissance_annee": "2099"}, "entre 1900"),
        ("foyer", {"enfants": "deux", "naitre": "0", "autres": "0"}, "n'est pas un nombre entier"),
        ("foyer", {"enfants": "-1", "naitre": "0", "autres": "99999"}, "n'est pas un nombre entier"),
        ("enfant-p3", {"garde": "toujours"}, "n'est pas une réponse possible"),
        ("handicap", {"cartes": ["p9"]}, "n'est pas une réponse possible"),
        ("commune", {"commune": "Qqqwxzkj"}, "n'est aucune commune connue"),
        ("effectif", {"effectif": "1e309"}, "n'est pas un nombre entier"),
        ("contrat", {"contrat": "cdi", "debut_jour": "1"}, "Il manque le mois"),
        ("rfr", {"rfr_p1": "1e309"}, "n'est pas un montant"),
        ("rfr", {"rfr_p1": "-5"}, "est négatif"),
        ("rfr", {"rfr_p1": "douze mille"}, "n'est pas un montant"),
        ("rfr", {}, "Aucun montant n'est écrit"),
        ("recents", {"n1_p1": "12 000,505"}, "n'est pas un montant"),
        ("net", {"net_p1": "99999999999"}, "dépasse"),
        ("loyer", {"loyer_hc": "700", "loyer_cc": "650"}, "plus bas que le loyer hors charges"),
        ("loyer", {"surface": "grande"}, "n'est pas une surface"),
        ("loyer", {"surface": "0"}, "n'est pas une surface"),
        ("loyer", {"typologie": "T9", "loyer_hc": "500"}, "n'est pas une réponse possible"),
        ("loyer", {}, "Rien n'est écrit"),
    ],
)
def test_a_wrong_answer_is_said_and_what_was_typed_is_kept(
    client: Client, screen: str, typed: dict[str, Any], shown: str
):
    answer = send(client, screen, **typed)
    assert answer.status_code == 422
    assert shown in text_of(answer)
    page = unescape(answer.content.decode())
    assert "<title>Erreur – " in page
    for value in (each for given in typed.values() for each in (given if isinstance(given, list) else [given])):
        if screen not in {"adultes", "enfant-p3", "handicap"} and value != "T9":
            assert f'value="{value}"' in page, value
    assert lire_cas(json.loads(hidden(answer)["reponses"])["cas"]) == lire_cas(FAMILY)
    assert hidden(answer)["ecran"] == screen


def test_twelve_thousand_and_fifty_cents(client: Client):
    answer = send(client, "rfr", rfr_p1="12 000,50 €", rfr_p2="")
    persons = json.loads(hidden(answer)["reponses"])["cas"]["menage"]["personnes"]
    assert persons[0]["rfr"] == {"2024": 12000.5}
    assert "rfr" not in persons[1]


def test_homonyms_are_listed(client: Client):
    answer = send(client, "commune", commune="Saint-Denis")
    assert answer.status_code == 422
    assert "Saint-Denis (93)" in text_of(answer)


def test_one_child_less_forgets_that_child_alone(client: Client):
    answer = send(client, "foyer", enfants="0", naitre="0", autres="1")
    said = json.loads(hidden(answer)["reponses"])
    assert [each["id"] for each in said["cas"]["menage"]["personnes"]] == ["p1", "p2", "p4"]
    assert not {each for each in said["vues"] if each.endswith("-p3")}


def test_another_adult_replaces_the_first_and_keeps_what_was_said(client: Client):
    answer = send(client, "adultes", adultes="codemandeur")
    case = json.loads(hidden(answer)["reponses"])["cas"]
    assert "union" not in case["menage"]
    assert case["menage"]["personnes"][1] == {
        "id": "p2", "role": "codemandeur", "naissance": "1990-07-01", "handicap": False, "rfr": {"2024": 0},
        "douze_mois": 12.3,
    }  # fmt: skip


def test_a_changed_answer_comes_back_to_the_result_unless_it_opens_a_question(client: Client):
    assert "Ce que disent les règles pour vous" in text_of(send(client, "net", net_p1="1 500"))
    assert hidden(send(client, "employeur", employeur="epic"))["ecran"] == "effectif"
    date = {"naissance_jour": "5", "naissance_mois": "5", "naissance_annee": "2019"}
    whole = send(client, "enfant-p3", garde="principale", **date)
    cas = lire_cas(json.loads(hidden(whole)["reponses"])["cas"])
    shared = send(client, "enfant-p3", all_answered(cas), garde="alternee", **date)
    assert hidden(shared)["ecran"] == "charge-p3"


def test_the_question_before_and_the_result_are_one_button_away(client: Client):
    page = at(client, "commune")
    assert 'name="aller" value="handicap"' in page.content.decode()
    assert 'name="aller" value="resultat"' in page.content.decode()
    back = client.post(PLACE, {**hidden(page), "aller": "handicap", "commune": "N'importe"})
    assert hidden(back)["ecran"] == "handicap"


# What is tampered with ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reponses",
    [
        "",
        "{",
        "[]",
        "null",
        '{"cas": {}}',
        '{"cas": {"menage": {"personnes": []}}, "vues": []}',
        '{"cas": {"menage": {"personnes": [{"role": "demandeur"}, {"role": "demandeur"}]}}, "vues": []}',
        '{"cas": {"menage": {"personnes": [{"id": "x\\"><script>", "role": "demandeur"}]}}, "vues": []}',
        '{"cas": {"menage": {"personnes": [{"role": "demandeur", "rfr": {"2024": -1}}]}}, "vues": []}',
        '{"cas": {"menage": {"personnes": [{"role": "demandeur", "naissance": "2999-01-01"}]}}, "vues": []}',
        '{"cas": {"commune": "4410"}, "vues": []}',
        '{"cas": {}, "vues": "commune"}',
        '{"cas": {}, "vues": [1]}',
        '{"cas": {}, "cas": {}, "vues": []}',
        '{"cas": {}, "vues": [], "plus": 1}',
        '{"cas": {"menage": {"personnes": [{"role": "demandeur", "net_mensuel": 1e309}]}}, "vues": []}',
        '{"cas": ' + "[" * 2000 + "]" * 2000 + ', "vues": []}',
        "x" * 70_000,
    ],
)
@pytest.mark.parametrize("place", [PLACE, FILE])
def test_a_tampered_field_is_refused_with_a_sentence(client: Client, reponses: str, place: str):
    answer = client.post(place, {"reponses": reponses, "ecran": "commune", "commune": "Nantes"})
    assert answer.status_code == 422
    assert "recommencez" in text_of(answer).lower() or "Une situation en pèse" in text_of(answer)
    assert b"<script>" not in answer.content


def test_a_field_larger_than_the_server_reads_is_refused(client: Client):
    assert client.post(PLACE, {"reponses": "x" * 3_000_000, "ecran": "commune"}).status_code in {400, 413}


def test_screens_that_do_not_exist_lead_to_the_next_question(client: Client):
    for screen in ("enfant-p9", "inconnu", "naissance", "../../etc"):
        answer = send(client, screen, State(family().cas, family().seen - {"commune"}))
        assert hidden(answer)["ecran"] == "commune"


def test_answers_said_to_be_given_do_not_skip_a_question():
    cas = lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"id": "p1", "role": "demandeur"}]}})
    read = read_answers(write_answers(State(cas, frozenset({"enfant-p2", "zzz"}))), TODAY)
    assert next_step(read) == "adultes"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str):
    assert getattr(client, method)(PLACE).status_code == 405
    assert client.get(FILE).status_code == 405


# The file -------------------------------------------------------------------------------------------------------------


def test_the_file_goes_out_and_comes_back_the_same(client: Client):
    saved = client.post(FILE, {"reponses": write_answers(family())})
    assert saved["Content-Disposition"] == 'attachment; filename="ma-situation-palier.json"'
    assert saved["Content-Type"].startswith("application/json")
    assert lire_cas(json.loads(saved.content)) == lire_cas(FAMILY)
    back = upload(client, saved.content)
    assert back.status_code == 200
    assert "Ce que disent les règles pour vous" in text_of(back)
    assert lire_cas(json.loads(hidden(back)["reponses"])["cas"]) == lire_cas(FAMILY)


def test_a_file_of_the_command_is_taken_with_its_own_names(client: Client):
    persons = [{"id": "Zoé", "role": "enfant", "a_charge": True}, {"id": "Inès", "role": "demandeur"}]
    back = upload(
        client, json.dumps({"au": "2018-02-01", "menage": {"personnes": persons}, "situation": {"dalo": True}})
    )
    assert back.status_code == 200
    said = json.loads(hidden(back)["reponses"])["cas"]
    assert said["au"] == "2026-11-24"
    assert [each["id"] for each in said["menage"]["personnes"]] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x00\xff", "n'est pas une situation"),
        ("bonjour", "n'est pas une situation"),
        ("[]", "n'est pas une situation"),
        ("{}", "n'est pas une situation"),
        ('{"menage": null}', "ne dit rien du ménage"),
        ('{"menage": {"personnes": [{"role": "chat"}]}}', "choisissez parmi"),
        ('{"menage": {"personnes": []}}', "exactement une personne de rôle demandeur"),
        ('{"menage": {"personnes": [{"role": "demandeur", "rfr": {"2024": 1e309}}]}}', "rfr"),
        ('{"menage": {"personnes": [{"role": "demandeur"}]}, "logement": {"typologie": "T9"}}', "T9"),
        (" " * 65_537, "Ce fichier pèse 65 ko. Une situation en pèse 64 au plus."),
        (" " * 3_000_000, "Ce fichier pèse 2930 ko"),
    ],
)
def test_a_file_that_is_no_case_is_refused_with_a_sentence(client: Client, content: bytes | str, sentence: str):
    answer = upload(client, content)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Commencer" in text_of(answer)


def test_no_file_at_all_is_said(client: Client):
    answer = client.post(PLACE, {"ecran": "fichier"})
    assert answer.status_code == 422
    assert "Aucun fichier n'est choisi" in text_of(answer)


def test_an_unreadable_file_is_said_in_english_too(client: Client):
    answer = upload(client, '{"menage": {"personnes": []}}', ENGLISH)
    assert "This file holds an impossible answer: menage.personnes." in text_of(answer)


# Two languages, doors, limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "code"), [(PLACE, "fr"), (ENGLISH, "en")])
def test_each_address_speaks_its_language(client: Client, place: str, code: str):
    pages = [client.get(place), at(client, "commune", place=place), at(client, "resultat", place=place)]
    for page in pages:
        text = page.content.decode()
        assert f'<html lang="{code}"' in text
        assert f'hreflang="fr" href="{PLACE}"' in text
        assert f'hreflang="en" href="{ENGLISH}"' in text
    assert '<html lang="fr"' in client.get("/").content.decode()


def test_every_question_is_asked_in_english(client: Client):
    french = re.compile(r"[éèêàçùâî]|\b(vous|votre|quel|quelle|est|avec|une)\b")
    allowed = ("Français", "Lire cette page en français", "Île-de-France", "invalidité", "Palier")
    for screen in steps(lire_cas(FAMILY)):
        words = text_of(at(client, screen, place=ENGLISH))
        for each in allowed:
            words = words.replace(each, "")
        assert not french.search(words), (screen, french.findall(words), words)


UNKNOWN: dict[str, Any] = {"au": "2026-11-24", "menage": {"personnes": [{"id": "p1", "role": "demandeur"}]}}
SEEKER: dict[str, Any] = {**FAMILY, "emploi": {"demandeur_emploi": True}}


@pytest.mark.parametrize("case", [FAMILY, UNKNOWN, SEEKER], ids=["whole", "nothing known", "job-seeker"])
def test_every_reason_is_said_in_english(client: Client, case: dict[str, Any]):
    page = at(client, "resultat", all_answered(lire_cas(case)), ENGLISH).content.decode()
    assert re.findall(r'<li><span lang="fr">[^<]*', page) == []
    assert "€22,551" in page or case is not FAMILY


def test_one_gap_is_said_once_in_a_section(client: Client):
    words = text_of(at(client, "resultat"))
    tested = words[words.index("Le logement que vous testez") : words.index("Les aides")]
    assert tested.count("Le revenu net mensuel manque pour votre conjoint") == 1
    assert tested.count("Pas encore établi") == 4


def test_each_number_of_the_law_leads_to_its_source(client: Client):
    page = at(client, "resultat").content.decode()
    for subject in (
        "plafonds_ressources",
        "menage",
        "communes_zones",
        "acces_action_logement",
        "aide_logement",
        "aides",
    ):
        assert f'href="/droit/{subject}/' in page, subject
    assert 'href="/droit/articles/' in page


def test_the_home_page_and_an_offre_open_the_door(client: Client):
    offre = make.make_offre()
    assert f'href="{PLACE}"' in client.get("/").content.decode()
    page = client.get(f"/offres/{offre.pk}/").content.decode()
    assert "Testez votre situation" in page
    assert f'href="{PLACE}?offre={offre.pk}"' in page


def test_the_offre_one_comes_from_is_the_logement_to_test(client: Client):
    offre = make.make_offre()
    door = client.get(PLACE, {"offre": str(offre.pk)})
    assert "Logement à tester : T3, Nantes" in text_of(door)
    carried = json.loads(hidden(door)["reponses"])
    assert carried["vues"] == ["commune", "loyer"]
    assert carried["cas"]["commune"] == make.NANTES
    assert carried["cas"]["logement"]["loyer_cc"] == offre.logement.loyer_cc_cents / 100
    assert "menage" not in carried["cas"]
    first = client.post(PLACE, {"ecran": "debut", "reponses": hidden(door)["reponses"]})
    assert hidden(first)["ecran"] == "adultes"
    assert json.loads(hidden(first)["reponses"])["cas"] == carried["cas"]


@pytest.mark.parametrize("asked", ["", "x", "0190c1f2-7a3b-7c4d-8e5f-0123456789ab", "' or 1=1"])
def test_an_offre_that_is_none_changes_nothing(client: Client, asked: str):
    door = client.get(PLACE, {"offre": asked})
    assert door.status_code == 200
    assert "Logement à tester" not in text_of(door)


def test_a_draft_is_never_shown_by_the_door(client: Client):
    draft = make.make_offre(state="brouillon")
    assert "Logement à tester" not in text_of(client.get(PLACE, {"offre": str(draft.pk)}))


def test_never_a_promise(client: Client):
    for place in (PLACE, ENGLISH):
        words = text_of(at(client, "resultat", place=place)).lower()
        for said in ("vous allez obtenir", "garanti ", "inutile", "you will get", "you will obtain"):
            assert said not in words


def test_too_many_screens_in_a_minute_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch):
    real = limits.value
    monkeypatch.setattr(limits, "value", lambda name: 2 if name == "simulator_per_minute" else real(name))
    seen = [client.post(PLACE, {"ecran": "debut"}).status_code for _ in range(3)]
    assert seen == [200, 200, 429]
    assert "Try again in a minute" in text_of(client.post(ENGLISH, {"ecran": "debut"}))
    assert client.get(PLACE).status_code == 200


def test_the_answers_read_back_are_those_written():
    state = family()
    assert read_answers(write_answers(state), TODAY) == state
    with pytest.raises(Unreadable):
        read_answers(write_answers(state).replace("demandeur", "chef"), TODAY)
