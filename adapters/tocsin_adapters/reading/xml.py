"""Bytes to an XML tree, without trusting a byte of them."""

import re

from lxml import etree

from tocsin_adapters.reading.findings import Findings, Unreadable

MIB = 1024 * 1024
MAX_BYTES = 2 * MIB
MAX_DEPTH = 40
MAX_ELEMENTS = 60_000

_XINCLUDE = "{http://www.w3.org/2001/XInclude}"
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*?\?>")
_DECLARED = re.compile(rb"<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_PROLOG = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_READ_AS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
}


def tree_of(
    payload: bytes,
    findings: Findings,
    *,
    max_bytes: int = MAX_BYTES,
    max_elements: int = MAX_ELEMENTS,
    max_depth: int = MAX_DEPTH,
) -> etree._Element:
    """The root element, or `Unreadable` with the rule that was broken."""
    if len(payload) > max_bytes:
        raise Unreadable("too_large", f"{len(payload)} bytes; at most {max_bytes} are read")
    text = _decoded(payload, findings)
    if not text.strip():
        raise Unreadable("empty", "there is nothing in the message")
    if not text.lstrip().startswith("<"):
        raise Unreadable("not_xml", "the message does not start with an XML element")
    _refuse_doctype(text)
    declaration = _DECLARATION.match(text)
    root = _parsed(text[declaration.end() :] if declaration else text, max_depth)
    _refuse_excess(root, max_elements, max_depth)
    return root


def _decoded(payload: bytes, findings: Findings) -> str:
    """The encoding is settled here, so that the parser and our checks read the same characters."""
    encoding = _encoding(payload, findings)
    try:
        return payload.decode(encoding)
    except UnicodeDecodeError as trouble:
        if encoding in {"utf-16", "utf-16-le", "utf-16-be"}:
            raise Unreadable("encoding", f"the message is no valid {encoding}") from None
        findings.warn(
            "wrong_encoding",
            f"byte {trouble.start} is no {encoding}; the message was read as ISO-8859-1",
        )
        return payload.decode("iso-8859-1")


def _encoding(payload: bytes, findings: Findings) -> str:
    if payload.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise Unreadable("encoding", "UTF-32 is not read")
    if payload.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if payload.startswith(b"<\x00"):
        return "utf-16-le"
    if payload.startswith(b"\x00<"):
        return "utf-16-be"
    if payload.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    declared = _DECLARED.search(payload[:400])
    if declared is None:
        return "utf-8"
    name = declared[1].decode("ascii").lower()
    if name not in _READ_AS:
        findings.warn("unknown_encoding", f"the encoding {name} is not known; UTF-8 was tried")
    return _READ_AS.get(name, "utf-8")


def _refuse_doctype(text: str) -> None:
    """Entities and external subsets need a DOCTYPE, and no alert needs one."""
    at = 0
    while (skipped := _PROLOG.match(text, at)) is not None:
        at = skipped.end()
    if text[at : at + 9].upper() == "<!DOCTYPE":
        line = text.count("\n", 0, at) + 1
        raise Unreadable("xml_doctype", "a message with a DOCTYPE is refused unread", "", line)


def _parsed(text: str, max_depth: int) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as trouble:
        said = (trouble.msg or "no XML").splitlines()[0]
        if "Excessive depth" in said:  # the parser's own bound, 256
            said = f"elements nest deeper than {max_depth}"
            raise Unreadable("xml_depth", said, "", trouble.lineno) from None
        raise Unreadable("xml_syntax", f"no well-formed XML: {said}", "", trouble.lineno) from None
    except ValueError as trouble:
        raise Unreadable("xml_syntax", f"no well-formed XML: {trouble}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("xml_doctype", "a message with a DOCTYPE is refused")
    return root


def _refuse_excess(root: etree._Element, max_elements: int, max_depth: int) -> None:
    """In the parser's own language: visiting 60 000 elements in Python would take 0.1 s."""
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        line = entity.getparent().sourceline if entity.getparent() is not None else None
        raise Unreadable("xml_entity", "an entity reference is refused", "", line)
    if root.xpath("count(descendant-or-self::*)") > max_elements:
        raise Unreadable("xml_size", f"more than {max_elements} elements", "", root.sourceline)
    too_deep = next(iter(root.xpath("/" + "*/" * max_depth + "*")), None)
    if too_deep is not None:
        said = f"elements nest deeper than {max_depth}"
        raise Unreadable("xml_depth", said, "", too_deep.sourceline)
    included = next(root.iter(f"{_XINCLUDE}*"), None)
    if included is not None:
        raise Unreadable("xml_xinclude", "XInclude is refused", "", included.sourceline)
