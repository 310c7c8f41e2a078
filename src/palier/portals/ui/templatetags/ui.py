"""Template tags and filters of the interface kit. Usage of each: ../README.md."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, MultiWidget, RadioSelect
from django.template import RequestContext
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from palier.base.money import euros as format_euros
from palier.base.money import whole_euros
from palier.portals.ui import chances, french, icons, law, shapes

register = template.Library()

KINDS = ("info", "ok", "warn", "err", "doubt")
FAILED_FIRST = {"err": 0, "warn": 1, "doubt": 2, "info": 3, "ok": 4}
NBSP = french.NBSP
INSIDE = 20
"""Out of 100: a lower step of the waiting chart has its figure above it."""
Context = dict[str, Any]


def _get(source: object, name: str, default: object = "") -> Any:
    if isinstance(source, Mapping):
        return source.get(name, default)
    return getattr(source, name, default)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}: use one of {', '.join(KINDS)}")
    return kind


@register.simple_tag
def asset(path: str) -> str:
    """Address of a static file, even when the manifest of hashed names is missing (error pages 500 and 503)."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@register.simple_block_tag(takes_context=True)
def scripts_with_nonce(context: RequestContext, content: str) -> SafeString:
    """Give the request's nonce to the script tags of a third-party template (sign-in by passkey)."""
    if "<script " not in content:
        return mark_safe(content)
    nonce = conditional_escape(getattr(context.get("request"), "csp_nonce", ""))
    return (
        mark_safe(content.replace("<script ", f'<script nonce="{nonce}" ')) if "<script " in content else mark_safe("")
    )


# --- icons, plates, stair -------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An inline icon, `aria-hidden`: always beside a word."""
    return mark_safe(icons.svg(name, css))


@register.simple_tag
def cle() -> SafeString:
    """The idempotency key of a POST form."""
    return format_html('<input type="hidden" name="cle" value="{}">', uuid.uuid4())


@register.inclusion_tag("ui/parts/plate.html")
def plate(typologie: str, off: bool = False, grand: bool = False) -> Context:
    """The enamel plate of a typology. `off`: out of the person's reach."""
    return {"typologie": typologie, "off": off, "grand": grand}


@register.inclusion_tag("ui/parts/plate_rank.html")
def plate_rank(rang: int, total: int, state: str = "vous") -> Context:
    """The plate of a rank; `state` is « vous » (yellow) or « passe »."""
    return {"rang": mark_safe(french.ordinal(int(rang))), "total": total, "state": state}


@register.inclusion_tag("ui/parts/stair.html")
def stair(rang: int, total: int, presentes: int = 3, caption: bool = True, large: bool = False) -> Context:
    """The rank stair, as one image with its sentence."""
    drawing = shapes.stair(int(rang), int(total), int(presentes))
    return {"stair": drawing, "caption": caption, "large": large, "read": len(drawing.landing)}


@register.inclusion_tag("ui/parts/movement.html")
def movement(texte: str, sens: str = "up") -> Context:
    """Arrow and words; `sens` is up, down or same."""
    return {"texte": texte, "sens": sens}


# --- forms ----------------------------------------------------------------------------------------------------


def _field_shape(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "group"
    if isinstance(widget, MultiWidget) or field.use_fieldset:
        return "several"
    return "check" if isinstance(widget, CheckboxInput) else "line"


def _described_by(field: BoundField) -> str:
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join(ids + ([f"{field.auto_id}_error"] if field.errors else []))


def _widget_attrs(field: BoundField, suggestions: str) -> dict[str, str | bool]:
    attrs: dict[str, str | bool] = {}
    if described := _described_by(field):
        attrs["aria-describedby"] = described
    if suggestions:
        attrs |= {"data-suggestions": suggestions, "autocomplete": "off"}
    return attrs


@register.inclusion_tag("ui/parts/field.html")
def field(
    field: BoundField,
    taille: str = "",
    question: bool = False,
    cartes: bool = False,
    suffixe: str = "",
    suggestions: str = "",
) -> Context:
    """One form field with its label, hint and error; a fieldset for radios, ticks and split dates."""
    shape = _field_shape(field)
    attrs: dict[str, str | bool] = {} if shape in {"group", "several"} else _widget_attrs(field, suggestions)
    return {
        "field": field,
        "shape": shape,
        "described": _described_by(field),
        "widget": "" if shape == "group" else field.as_widget(attrs=attrs),
        "taille": taille,
        "question": question,
        "cartes": cartes,
        "suffixe": suffixe,
        "optional": not field.field.required and shape != "check",
    }


def _first_id(field: BoundField) -> str:
    return f"{field.auto_id}_0" if _field_shape(field) in {"group", "several"} else str(field.auto_id)


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(*forms: BaseForm | Sequence[BaseForm]) -> Context:
    """The focused list of what is to be corrected, with a link to each field; nothing when all is well."""
    each = [one for given in forms for one in (given if isinstance(given, list) else [given])]
    found = [form for form in each if isinstance(form, BaseForm) and form.is_bound and form.errors]
    lines = [("", message) for form in found for message in form.non_field_errors()]
    for form in found:
        lines += [(_first_id(one), message) for one in form if not one.is_hidden for message in one.errors]
        lines += [("", f"{one.label} : {message}") for one in form.hidden_fields() for message in one.errors]
    return {"lines": lines, "count": len(lines)}


# --- states ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/alert.html")
def alert(kind: str, mot: str, texte: str = "", role: str = "status") -> Context:
    """One tinted line: icon, bold word, one sentence."""
    return {"kind": _kind(kind), "mot": mot, "texte": texte, "role": role}


@register.simple_block_tag
def alert_block(content: str, kind: str, mot: str = "", role: str = "status") -> SafeString:
    """The same as `alert`, with HTML inside."""
    word = format_html("<strong>{}</strong> ", mot) if mot else ""
    return format_html(
        '<div class="alert {}" role="{}">{}<div>{}{}</div></div>',
        _kind(kind), role, mark_safe(icons.svg(kind)), word, mark_safe(content.strip()),
    )  # fmt: skip


@register.inclusion_tag("ui/parts/eligibility.html")
def eligibility(verdict: object) -> Context:
    """The verdict line: icon, first words in bold, reason, and the act that would settle it."""
    return {
        "kind": _kind(_get(verdict, "kind")),
        "mot": _get(verdict, "mot"),
        "texte": _get(verdict, "texte"),
        "url": _get(verdict, "url"),
        "lien": _get(verdict, "lien"),
    }


register.inclusion_tag("ui/parts/motifs.html", name="motifs")(law.reasons)
register.inclusion_tag("ui/parts/renvois.html", name="reference")(law.reference)
register.inclusion_tag("ui/parts/source.html", name="source")(law.source)


@register.inclusion_tag("ui/parts/status.html")
def status(ou: str, qui: str, ensuite: str, au_plus_tard: str) -> Context:
    """The four lines: where it stands, who acts, what comes next, by when."""
    return {
        "lines": (("Où en est-on", ou), ("Qui agit", qui), ("Ensuite", ensuite), ("Au plus tard", au_plus_tard)),
    }


@register.inclusion_tag("ui/parts/checks.html")
def checks(items: Iterable[object]) -> Context:
    """A check list, failed first, then inconclusive, then passed."""
    return {"items": sorted(items, key=lambda item: FAILED_FIRST[_kind(_get(item, "kind"))])}


# --- lists and figures ----------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/dates.html")
def dates(steps: Sequence[object]) -> Context:
    """The dates of a procedure: `{label, date, state}` with state past, now or future."""
    return {"steps": steps}


@register.inclusion_tag("ui/parts/facts.html")
def facts(items: Iterable[Sequence[Any]], bande: bool = False, serre: bool = False) -> Context:
    """Facts, label above value; a third element true gives the size of a price."""
    rows = [(item[0], item[1], len(item) > 2 and bool(item[2])) for item in items]
    return {"items": rows, "bande": bande, "serre": serre}


def _offre_facts(offre: object) -> list[tuple[str, Any, bool]]:
    loyer = _get(offre, "loyer_cc")
    shown = euros(loyer) if isinstance(loyer, int) else loyer
    return [("Loyer charges comprises", shown, True), *((f[0], f[1], False) for f in _get(offre, "facts", ()))]


@register.inclusion_tag("ui/parts/offre_row.html")
def offre_row(o: object, niveau: int = 2) -> Context:
    """One offer of a list. The same facts in the same order everywhere."""
    count = _get(o, "candidatures", None)
    plural = "candidature" if count in {0, 1} else "candidatures"
    keys = ("url", "titre", "sous_titre", "typologie", "off", "verdict", "cloture")
    return {key: _get(o, key) for key in keys} | {
        "facts": _offre_facts(o),
        "niveau": niveau,
        "applicants": "" if count is None else f"{count}{NBSP}{plural}",
    }


@register.inclusion_tag("ui/parts/progress.html")
def progress(cells: Sequence[str], label: str = "") -> Context:
    """One block per piece: plein, bientot or vide."""
    return {"cells": cells, "label": label or f"{cells.count('plein')} sur {len(cells)}"}


@register.inclusion_tag("ui/parts/file_row.html")
def file_row(
    nom: str, etat: str, detail: str = "", kind: str = "", url: str = "", action: str = "", icone: str = "file"
) -> Context:
    """One document: icon, name, state with its word, action."""
    return {"nom": nom, "etat": etat, "detail": detail, "kind": kind, "url": url, "action": action, "icone": icone}


@register.inclusion_tag("ui/parts/zones.html")
def zones(items: Iterable[Sequence[Any]], label: str = "Zones de recherche") -> Context:
    """Links with their count first: `(count, label, url, current)`."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("ui/parts/chapters.html")
def chapters(current: int, total: int, question: int = 0, questions: int = 0, enregistre: str = "") -> Context:
    """Where the person is in the questions: rising blocks and the same in words."""
    blocks = [(n, "done" if n < current else "now" if n == current else "todo") for n in range(1, total + 1)]
    return {
        "blocks": blocks,
        "current": current,
        "total": total,
        "question": question,
        "questions": questions,
        "enregistre": enregistre,
    }


@register.inclusion_tag("ui/parts/chance.html")
def chance(f: chances.Figure, phrases: str | Sequence[str] = (), code: object = "") -> Context:
    """A chance out of 100 with its range, and the sentences that go with it. For the applicant only.

    `code` makes the ids of the drawing unique on a page of several.
    """
    return {"f": f, "phrases": [phrases] if isinstance(phrases, str) else phrases, "code": code}


@register.inclusion_tag("ui/parts/waiting.html")
def waiting(items: Sequence[Sequence[Any]]) -> Context:
    """Rising steps: of 100 demandes, how many were answered by each date."""
    width = 100 / max(len(items), 1)
    steps = [
        {"label": label, "sur": sur, "x": f"{i * width:.2f}%", "height": round(sur * 1.1), "low": sur < INSIDE}
        for i, (label, sur) in enumerate(items)
    ]
    for step in steps:
        step["y"] = 130 - step["height"]
    return {"steps": steps, "width": f"{width:.2f}%"}


@register.inclusion_tag("ui/map.html")
def carte(
    communes: Iterable[object],
    pins: Iterable[object],
    viewbox: str = "0 0 400 420",
    travail: Sequence[float] | None = None,
    label: str = "Carte des offres de la liste",
) -> Context:
    """Static map: the same offers as the list, as an image."""
    return {"communes": communes, "pins": pins, "viewbox": viewbox, "travail": travail, "label": label}


# --- filters --------------------------------------------------------------------------------------------------


@register.filter
def euros(cents: int | None) -> str:
    """171850 -> « 1 719 € »: whole euros, half up; None -> « — »."""
    return "—" if cents is None else whole_euros(int(cents))


@register.filter
def euros_exacts(cents: int | None) -> str:
    """171850 -> « 1 718,50 € », for a sum that the reader checks."""
    return "—" if cents is None else format_euros(int(cents))


@register.filter
def apres_deux_points(text: str) -> str:
    """The same sentence, cased as it is after a colon."""
    return french.after_colon(str(text))


@register.filter
def de_prenom(name: str) -> str:
    """« d'Inès », « de Karim »."""
    return french.of_name(str(name))


@register.filter
def pluriel(count: int | None, ending: str = "s") -> str:
    """« s » from 2 on: « 0 commune », « 2 communes »."""
    return french.plural(int(count or 0), ending)


@register.filter
def ordinal(value: int) -> SafeString:
    """5 -> 5<sup>e</sup>."""
    return mark_safe(french.ordinal(int(value)))


@register.filter
def date_longue(value: date | datetime | None) -> SafeString:
    """« vendredi 4 décembre 2026, 23 h 59 »."""
    return mark_safe(french.long_date(value)) if value else mark_safe("")


@register.filter
def date_courte(value: date | datetime | None) -> SafeString:
    """« lundi 30 nov. »."""
    return mark_safe(french.short_date(value)) if value else mark_safe("")


@register.filter
def dans_jours(value: date | datetime, now: date | datetime) -> str:
    """« dans 6 jours »."""
    return french.in_days(value, now)


@register.filter
def pourcent(value: float | None) -> str:
    """17 -> « 17 % » (points, not a ratio); None -> « — »."""
    return "—" if value is None else f"{french.number(float(value))}{NBSP}%"


@register.filter
def sur(value: str | int, total: str | int) -> SafeString:
    """« 5 sur 80 »; `value` may be the HTML of `ordinal`."""
    return format_html("{} sur{}{}", value, NBSP, total)
