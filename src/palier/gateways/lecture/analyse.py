"""One document, from its bytes to its verdict: what the command and the upload both call. No database, no file name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from palier.droit.lecture_pieces import ABSENT, Bulletin, DeuxDDoc, Lu, PieceLue, Regle, lire_attendu, regles_piece
from palier.droit.verdict import Json, en_euros
from palier.gateways import outage
from palier.gateways.lecture import deux_d_doc
from palier.gateways.lecture.deux_d_doc import Message
from palier.gateways.lecture.fields import Fields, extract
from palier.gateways.lecture.kinds import kind
from palier.gateways.lecture.mrz import find
from palier.gateways.lecture.reading import Lecture, lire
from palier.gateways.lecture.values import cents

AMOUNTS = ("rfr", "net_imposable", "net_a_payer")
DECLARANTS = ("declarant_1", "declarant_2")


@dataclass(frozen=True)
class Document:
    """What was read of a document, before anybody's file is opened."""

    lecture: Lecture
    kind: str
    sure: bool
    fields: Fields
    message: Message | None
    state: str


@dataclass(frozen=True)
class Analyse:
    """The answer: type, pages, signed code, fields, rules."""

    document: Document
    regles: tuple[Regle, ...]

    @property
    def type(self) -> str:
        return self.document.kind

    @property
    def pages(self) -> int:
        return self.document.lecture.total

    @property
    def deux_d_doc(self) -> Json:
        """State of the code, with its type and what it says when there is one."""
        message = self.document.message
        if message is None:
            return {"etat": self.document.state}
        issued = deux_d_doc.day(message.header["date_emission"])
        said = {**message.fields, **({"date_emission": issued.isoformat()} if issued else {})}
        return {"etat": self.document.state, "type": message.type, "champs": said}

    @property
    def champs(self) -> Json:
        """The fields of the contract: those of a readable code win over the print."""
        return fields_json(self.document)

    def to_json(self) -> Json:
        """The contract form of an accepted file, without its name."""
        return {
            "acceptee": True,
            "raison": None,
            "type": self.type,
            "pages": self.pages,
            "deux_d_doc": self.deux_d_doc,
            "champs": self.champs,
            "regles": [regle.json() for regle in self.regles],
        }


def analyser(
    pdf: bytes, *, code: str | None, cas: dict[str, Any] | None, au: date, personne: str | None = None
) -> Analyse:
    """Read a re-made document and judge it: `code` of the piece expected, case of the file, id of the person in it."""
    return judge(read(pdf, au), code=code, cas=cas, au=au, personne=personne)


def read(pdf: bytes, au: date) -> Document:
    """Read a document; `au` tells the century of a birth."""
    lecture = lire(pdf)
    messages = [message for code in lecture.codes if (message := deux_d_doc.parse(code)) is not None]
    message = messages[0] if messages else None
    zone = find(list(lecture.lines()), au)
    found, sure = kind(lecture.folded, zone, message)
    trust = deux_d_doc.trusted(outage.option("PALIER_DEUX_D_DOC"))
    return Document(lecture, found, sure, extract(lecture, found, zone), message, deux_d_doc.state(message, trust))


def judge(
    document: Document,
    *,
    code: str | None,
    cas: dict[str, Any] | None,
    au: date,
    personne: str | None = None,
    beside: Sequence[Document] = (),
) -> Analyse:
    """Answer the rules; `beside` holds the other files of the same piece, whose payslips count with these."""
    lue = as_read(document)
    others = [bulletin for one in beside if one.kind == document.kind for bulletin in _payslips(one)]
    lue = replace(lue, bulletins=(*lue.bulletins, *others))
    return Analyse(document, regles_piece(lue, code, lire_attendu(cas, personne), au))


def as_read(document: Document) -> PieceLue:
    """The document as the law sees it."""
    lecture, fields = document.lecture, document.fields
    words = [sure for page in lecture.pages for sure in page.counted]
    return PieceLue(
        type=document.kind,
        type_sur=document.sure,
        pages=lecture.total,
        pages_lues=len(lecture.pages),
        mots=len(words),
        confiance=round(sum(words) / len(words)) if words else 0,
        vide=all(page.blank for page in lecture.pages),
        texte=lecture.text,
        noms=fields.noms,
        annee_revenus=fields.annee_revenus,
        rfr=fields.rfr,
        expiration=fields.expiration,
        nationalite=fields.nationalite,
        bulletins=_payslips(document),
        deux_d_doc=_code(document),
    )


def _payslips(document: Document) -> tuple[Bulletin, ...]:
    """The payslips read; the month of a readable code wins over the print."""
    printed, message = document.fields.bulletins, document.message
    end = deux_d_doc.day(message.fields.get("fin_de_periode", "")) if message else None
    if end is None or len(printed) > 1 or not _code(document).fait_foi:
        return printed
    return (Bulletin(Lu(end.replace(day=1)), printed[0].nets if printed else {}),)


def _code(document: Document) -> DeuxDDoc:
    if document.message is None:
        return DeuxDDoc(ABSENT)
    said = document.message.fields
    year = said.get("annee_revenus", "")
    return DeuxDDoc(
        etat=document.state,
        annee_revenus=int(year) if year.isdigit() else None,
        rfr=_amount(said.get("rfr")),
        noms=tuple(said[name] for name in (*DECLARANTS, "beneficiaire") if said.get(name)),
        nets=tuple(net for name in AMOUNTS[1:] if (net := _amount(said.get(name))) is not None),
    )


def _amount(written: str | None) -> int | None:
    """An amount of the code, in cents; None when it is no amount."""
    plain = (written or "").strip().replace(" ", "")
    return cents(plain) if plain.replace(",", "", 1).replace(".", "", 1).isdigit() else None


def fields_json(document: Document) -> Json:
    """The fields that were read; amounts in euros, days as AAAA-MM-JJ."""
    fields, code = document.fields, _code(document)
    payslips = [_payslip(each) for each in _payslips(document)]
    read: Json = {
        "annee_revenus": _value(fields.annee_revenus),
        "rfr": en_euros(fields.rfr.valeur) if fields.rfr else None,
        "noms": [nom.valeur for nom in fields.noms],
        "naissance": _value(fields.naissance),
        "expiration": _value(fields.expiration),
        "nationalite": fields.nationalite,
        "employeur": fields.employeur,
        "siret": fields.siret,
        "date": _value(fields.paiement),
        "bulletins": payslips,
        **max(payslips, key=lambda each: str(each["mois"]), default={}),
    }
    if code.fait_foi:
        read |= {"annee_revenus": code.annee_revenus or read["annee_revenus"], "noms": list(code.noms) or read["noms"]}
        read["rfr"] = en_euros(code.rfr) if code.rfr is not None else read["rfr"]
    return {name: value for name, value in read.items() if value not in (None, [], "")}


def _payslip(bulletin: Bulletin) -> Json:
    """One payslip: its month and its nets."""
    month = f"{bulletin.mois.valeur:%Y-%m}" if bulletin.mois else ""
    return {"mois": month, **{name: en_euros(net.valeur) for name, net in bulletin.nets.items()}}


def _value(read: Lu[Any] | None) -> Any:
    """A value as JSON holds it."""
    if read is None:
        return None
    return read.valeur.isoformat() if isinstance(read.valeur, date) else read.valeur
