"""« À quoi ai-je droit ? » on a phone without scripts: three people, and what a social worker would say to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.walker import Album, Walker

pytestmark = [pytest.mark.browser]
PLACE = "/simulateur/"
RESULT = "Ce que disent les règles pour vous"


class Visitor(Walker):
    """Somebody without an account, who answers one question after the other."""

    def reply(
        self, question: str, *, press: str = "Continuer", name: str = "", **answers: str | bool | list[str]
    ) -> None:
        """Recognise the question, answer it, go on."""
        self.on(PLACE, question, name)
        self.fill(**answers)
        self.press(press, exact=True)

    def begin(self) -> None:
        """The door, in the menu of the site."""
        self.go("/")
        self.press("À quoi ai-je droit")
        self.on(PLACE, "À quoi ai-je droit", "porte")
        self.press("Commencer", exact=True)

    def born(self, question: str, day: str, month: str, year: str) -> None:
        """A birth date in its three parts."""
        self.reply(question, naissance_jour=day, naissance_mois=month, naissance_annee=year)

    def child(self, number: int, custody: str, day: str, month: str, year: str) -> None:
        """One child: birth date and custody."""
        date = {"naissance_jour": day, "naissance_mois": month, "naissance_annee": year}
        self.reply(f"Enfant {number}", garde=custody, **date)

    def unfold(self, name: str) -> None:
        """Open every « pourquoi » of the page, and judge it again."""
        for each in self.page.locator("main details > summary").all():
            each.click()
        self.on(self.page.url.removeprefix(self.base), RESULT, name)

    def section(self, title: str) -> str:
        """The words of one section of the result."""
        words = self.page.locator("main section", has=self.page.get_by_role("heading", name=title, exact=True))
        return " ".join(words.first.inner_text().replace("\u00a0", " ").split())

    def row(self, kind: str) -> str:
        """The words of one kind of dwelling in the table of ceilings."""
        row = self.page.get_by_role("row", name=kind)
        return " ".join(row.first.inner_text().replace("\u00a0", " ").split())

    def aid(self, name: str) -> str:
        """The words of one aid."""
        words = self.page.locator("main article", has=self.page.get_by_role("heading", name=name))
        return " ".join(words.first.inner_text().replace("\u00a0", " ").split())


@pytest.fixture
def visitor(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A phone without scripts; what the walk finds wrong (axe, console, width) fails the test at its end."""
    album = Album(390, 844, False, part=f"simulateur/{request.node.name.removeprefix('test_')}")
    album.clear()
    yield Visitor(chromium, address, album, "Visiteur")
    assert album.faults == []


def ceilings(visitor: Visitor, answer: str, **amounts: str) -> None:
    """The four ceilings of the table, all with this answer."""
    for code, amount in amounts.items():
        words = visitor.row(f"({code})")
        assert amount in words, words
        assert answer in words, words


def test_shared_custody_and_an_expired_tax_notice(visitor: Visitor):
    """A mother, two children every other week, no notice of 2024: the ceilings are known, the answers are not."""
    visitor.begin()
    visitor.reply("Avec quel adulte", name="adultes", adultes="seul")
    visitor.born("Quelle est votre date de naissance", "14", "6", "1988")
    visitor.reply("Qui d'autre vivra avec vous", name="foyer", enfants="2")
    visitor.child(1, "alternee", "3", "9", "2016")
    visitor.reply("Enfant 1 : à votre charge", name="charge", a_charge="oui")
    visitor.child(2, "alternee", "21", "1", "2019")
    visitor.reply("Enfant 2 : à votre charge", a_charge="oui")
    visitor.reply("Qui a une carte mobilité inclusion", name="handicap")
    visitor.reply("Dans quelle commune", name="commune", commune="Nantes")
    visitor.reply("Pour qui travaillez-vous", name="employeur", employeur="prive")
    visitor.reply("Combien de salariés", effectif="45")
    visitor.reply("Quel est votre contrat", name="contrat", contrat="cdi")
    visitor.reply("Quel est votre revenu fiscal de référence 2024", press="Je ne sais pas", name="rfr")
    visitor.reply("Combien touchez-vous par mois", name="net", net_p1="1640")
    visitor.reply("Avez-vous un logement en vue", press="Pas de logement à tester", name="loyer")
    visitor.on(PLACE, RESULT, "resultat")
    visitor.unfold("resultat-deplie")
    visitor.says("Nous ne pouvons pas encore comparer vos ressources aux plafonds")
    menage = visitor.section("Votre ménage")
    assert "Catégorie de ménage 4" in menage
    assert "Votre ménage compte 3 personnes pour les plafonds" in menage
    assert "Une personne seule avec une personne à charge monte d'une catégorie" in menage
    assert "T3, entre T3 et T4" in menage
    ceilings(visitor, "Pas encore établi", PLAI="25 092 €", PLUS="45 374 €", PLS="58 986 €", PLI="95 427 €")
    missing = visitor.section("Ce qui manque")
    assert "Ce n'est pas un refus" in missing
    assert "2024" in missing
    assert "Avis d'imposition ou de non-imposition" in missing
    assert "Votre employeur ouvre cet accès" in visitor.section("Les offres d'Action Logement")
    assert "Conditions remplies" in visitor.aid("Visale")
    assert "Conditions remplies" in visitor.aid("Avance Loca-Pass")
    assert "Aide fermée" in visitor.aid("Mobili-Pass")


def test_young_couple_one_job_seeker(visitor: Visitor):
    """She seeks work, he has a contract, incomes fell: access unsettled by her, opened when he carries the demande."""
    visitor.begin()
    visitor.reply("Avec quel adulte", adultes="pacs")
    visitor.born("Quelle est votre date de naissance", "10", "5", "1999")
    visitor.born("Votre conjoint ou conjointe : quelle date de naissance", "1", "2", "1998")
    visitor.reply("Qui d'autre vivra avec vous")
    visitor.reply("Qui a une carte mobilité inclusion")
    visitor.reply("Dans quelle commune", commune="Nantes")
    visitor.reply("Pour qui travaillez-vous", employeur="recherche")
    visitor.reply("Quel est votre revenu fiscal de référence 2024", name="rfr", rfr_p1="18 000", rfr_p2="22 000")
    visitor.reply("Vos revenus ont-ils baissé depuis 2024", name="recents", douze_p1="9 000", douze_p2="22 500")
    visitor.reply("Combien touchez-vous par mois", net_p1="900", net_p2="1 850")
    loyer = {"loyer_hc": "480", "loyer_cc": "540", "surface": "42", "typologie": "T2", "financement": "PLUS"}
    visitor.reply("Avez-vous un logement en vue", name="loyer", **loyer)
    visitor.on(PLACE, RESULT, "resultat")
    visitor.unfold("resultat-deplie")
    menage = visitor.section("Votre ménage")
    assert "Catégorie de ménage 3" in menage
    assert "Un jeune couple sans personne à charge monte d'une catégorie" in menage
    assert "Ressources retenues, par an 31 500 €" in menage
    assert "plus bas d'au moins 10 %" in menage
    assert "T2, entre T1 et T3" in menage
    ceilings(visitor, "Au-dessus du plafond", PLAI="22 551 €")
    ceilings(visitor, "Sous le plafond", PLUS="37 584 €", PLS="48 859 €", PLI="66 276 €")
    assert "6 084 €" in visitor.row("(PLUS)")
    access = visitor.section("Les offres d'Action Logement")
    assert "Pas encore établi" in access
    assert "Décision favorable de la commission de médiation" in access
    loyer_tested = visitor.section("Le logement que vous testez")
    assert "Reste à payer, charges comprises 540 € par mois" in loyer_tested
    assert "20 % de vos revenus" in loyer_tested
    assert "Conditions remplies" in visitor.aid("Avance Loca-Pass")
    assert "480 €" in visitor.aid("Avance Loca-Pass")
    assert "Visale ne couvre pas ce logement social" in visitor.aid("Visale")
    visitor.press("Modifier (Pour qui travaillez-vous")
    visitor.reply("Pour qui travaillez-vous", name="modifier", employeur="prive")
    visitor.reply("Combien de salariés", effectif="25")
    visitor.reply("Quel est votre contrat", contrat="cdi")
    visitor.on(PLACE, RESULT, "resultat-modifie")
    assert "Votre employeur ouvre cet accès" in visitor.section("Les offres d'Action Logement")


def test_seven_persons_with_a_disability(visitor: Visitor):
    """Two parents, five children, one card « invalidité »: two supplements, and a loyer that the aid makes bearable."""
    visitor.begin()
    visitor.reply("Avec quel adulte", adultes="mariage")
    visitor.born("Quelle est votre date de naissance", "10", "5", "1984")
    visitor.born("Votre conjoint ou conjointe : quelle date de naissance", "1", "2", "1986")
    visitor.reply("Qui d'autre vivra avec vous", enfants="5")
    for number, year in enumerate(("2009", "2012", "2015", "2018", "2022"), 1):
        visitor.child(number, "principale", "2", "4", year)
    visitor.reply("Qui a une carte mobilité inclusion", name="handicap", cartes=["p4"])
    visitor.reply("Dans quelle commune", commune="Saint-Denis")
    visitor.on(PLACE, "Dans quelle commune", "commune-homonymes", status=422)
    visitor.says("peut désigner plusieurs communes", "Saint-Denis (93)")
    visitor.fill(commune="Saint-Denis (93)")
    visitor.press("Continuer", exact=True)
    visitor.reply("Pour qui travaillez-vous", employeur="public")
    visitor.reply("Quel est votre contrat", contrat="cdi")
    visitor.reply("Quel est votre revenu fiscal de référence 2024", rfr_p1="38 000", rfr_p2="0")
    visitor.reply("Vos revenus ont-ils baissé depuis 2024", press="Pas de baisse, ou je ne sais pas")
    visitor.reply("Combien touchez-vous par mois", net_p1="2 100", net_p2="800")
    loyer = {"loyer_hc": "780", "loyer_cc": "890", "surface": "88", "typologie": "T5", "financement": "PLAI"}
    visitor.reply("Avez-vous un logement en vue", **loyer)
    visitor.on(PLACE, RESULT, "resultat")
    visitor.unfold("resultat-deplie")
    menage = visitor.section("Votre ménage")
    assert "Catégorie de ménage 6, plus 2 suppléments" in menage
    assert "Une carte « invalidité » dans le ménage fait monter d'une catégorie" in menage
    assert "T6, entre T5 et T7" in menage
    assert "Paris et communes limitrophes" in menage
    ceilings(visitor, "Sous le plafond", PLAI="56 701 €", PLUS="103 092 €", PLS="134 019 €", PLI="154 345 €")
    assert "Ce qui manque" not in visitor.text()
    assert "Votre employeur n'ouvre pas cet accès" in visitor.section("Les offres d'Action Logement")
    loyer_tested = visitor.section("Le logement que vous testez")
    assert "Aide au logement, estimée 238 € par mois" in loyer_tested
    assert "Reste à payer, charges comprises 575 € par mois" in loyer_tested
    assert "20 % de vos revenus" in loyer_tested
    assert "Le minimum est de 61 m² pour 7 personnes" in loyer_tested
    assert "Conditions non remplies" in visitor.aid("Avance Loca-Pass")
    assert "À demander" in visitor.aid("Travaux d'adaptation au handicap")


def test_in_english(visitor: Visitor):
    """The same questions at /en/simulateur/, the answers kept when the language changes on the way."""
    visitor.go("/en/simulateur/")
    visitor.on("/en/simulateur/", "What am I entitled to?", "door")
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    assert visitor.page.locator('link[rel="alternate"][hreflang="fr"]').get_attribute("href") == PLACE
    visitor.press("Start", exact=True)
    visitor.on("/en/simulateur/", "Which adult will you live with?", "adults")
    visitor.fill(adultes="mariage")
    visitor.press("Continue", exact=True)
    visitor.on("/en/simulateur/", "What is your date of birth?", "birth")
    visitor.press("Continue", exact=True)
    visitor.on("/en/simulateur/", "What is your date of birth?", "birth-empty", status=422)
    visitor.press("Lire cette page en français")
    visitor.on(PLACE, "Quelle est votre date de naissance")
    visitor.press("Read this page in English")
    for press in ("I don't know", "I don't know", "Continue", "Continue", "I don't know"):
        visitor.press(press, exact=True)
    visitor.fill(employeur="autre")
    visitor.press("Continue", exact=True)
    for press in ("I don't know", "I don't know", "No home to test"):
        visitor.press(press, exact=True)
    visitor.on("/en/simulateur/", "What the rules say for you", "result")
    visitor.says("This is not a refusal", "Household category")
