"""Bytes of a message <-> checked tree: no entity, no network, no document type, one schema both ways."""

import re
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from palier.base import limits

NAMESPACE, VERSION = "http://nuu.application.i2/", "02.00"
Element = etree._Element
_NAME = re.compile(r"Element '(?:\{[^}]*\})?([A-Za-z]{1,40})'")


class BadMessage(ValueError):
    """Not a message of the interface. `str()` is one French sentence; it never quotes the message."""


@cache
def _schema() -> etree.XMLSchema:
    text = resources.files(__package__).joinpath("schema.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text, _parser()))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )


def parse(content: bytes) -> Element:
    """The root of a received message. BadMessage for anything that the schema does not describe."""
    most = limits.value("registre_octets")
    if len(content) > most:
        raise BadMessage(f"Le message dépasse {most} octets.")
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadMessage("Le message n'est pas du XML lisible.") from error
    document: Any = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise BadMessage("Le message déclare un type de document, ce qui est refusé.")
    if (document.encoding or "UTF-8").upper() != "UTF-8":
        raise BadMessage("Le message n'est pas en UTF-8.")
    _check(root)
    return root


def serialise(root: Element) -> bytes:
    """The bytes of a message that we wrote. BadMessage when the schema refuses it."""
    _check(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _check(root: Element) -> None:
    """The sentence names the element at fault, never its value: it may be somebody's."""
    schema = _schema()
    if not schema.validate(root):
        log: Any = schema.error_log
        found = next((_NAME.match(entry.message) for entry in log), None)
        raise BadMessage(f"Le message ne suit pas le schéma (élément {found[1] if found else 'inconnu'}).")


def tag(name: str) -> str:
    """The qualified name of an element."""
    return f"{{{NAMESPACE}}}{name}"
