"""Bodies in several parts, as cameras push them: the documents in them, without the pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from tocsin_adapters.reading.findings import Findings, Unreadable

MAX_PARTS = 40
MAX_DOCUMENT = 4 * 1024 * 1024
MAX_TOGETHER = 256 * 1024
LENIENT_HEAD = 128 * 1024
_PICTURES = ("image/", "video/", "audio/")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is that of the form's field, `filename` what the sender calls the file."""

    body: bytes
    name: str = ""
    filename: str = ""
    content_type: str = ""


class _AnyMultipart(PushMultipartParser):  # type: ignore[misc]
    """Also multipart/mixed and x-mixed-replace, whose parts have no Content-Disposition."""

    def _create_segment(self, headerlist: list[tuple[str, str]]) -> MultipartSegment:
        return MultipartSegment(headerlist)


def documents_in(payload: bytes, content_type: str, findings: Findings) -> list[Part]:
    """The parts that are no pictures; the payload itself when it is in one piece."""
    boundary = _boundary(payload, content_type)
    if boundary is None:
        return [Part(payload, content_type=content_type)]
    try:
        parts = _strictly(payload, boundary, findings) or _leniently(payload, boundary, findings)
    except (ValueError, LookupError, UnicodeError):  # the boundary or a charset is no text
        parts = []
    if not parts:
        raise Unreadable("multipart", "the parts of the message cannot be told apart")
    return _affordable(parts, findings)


def _affordable(parts: list[Part], findings: Findings) -> list[Part]:
    """The first document whatever its size, and as many more as are small together."""
    size, chosen = 0, parts[:1]
    for part in parts[1:]:
        size += len(part.body)
        if size > MAX_TOGETHER:
            findings.warn("too_many", "there is more in the message than is read")
            break
        chosen.append(part)
    return chosen


def _boundary(payload: bytes, content_type: str) -> str | None:
    """The declared one if the body uses it, else what the body begins with."""
    kind, options = parse_options_header(content_type[:1000])
    declared = str(options.get("boundary", "")).strip()
    if kind.startswith("multipart/") and declared and declared.encode() in payload[:4096]:
        return declared
    line, newline, _ = payload[:400].lstrip(b"\r\n").partition(b"\n")
    if newline and line.startswith(b"--") and 2 < len(line.rstrip()) <= 202:
        return line.rstrip()[2:].decode("latin-1")
    if kind.startswith("multipart/"):
        raise Unreadable("multipart", "the body does not have the boundary that its header names")
    return None


def _strictly(payload: bytes, boundary: str, findings: Findings) -> list[Part]:
    parser = _AnyMultipart(
        boundary.encode("latin-1", "replace"), max_segment_count=MAX_PARTS, header_charset="latin-1"
    )
    parts: list[Part] = []
    segment: MultipartSegment | None = None
    body: list[bytes] = []
    try:
        with parser:
            for event in parser.parse(payload.lstrip(b"\r\n")):
                if isinstance(event, MultipartSegment):
                    segment, body = event, []
                elif event is not None:
                    body.append(bytes(event))
                elif segment is not None:
                    parts.extend(_document(segment, b"".join(body)))
                    segment = None
    except MultipartError as trouble:
        if segment is not None and body:
            parts.extend(_document(segment, b"".join(body)))
        if parts:
            findings.warn("multipart_damaged", f"the message ends badly: {trouble}")
    return parts


def _document(segment: MultipartSegment, body: bytes) -> Iterator[Part]:
    part = Part(
        body, segment.name or "", segment.filename or "", (segment.content_type or "").lower()
    )
    if _is_document(part):
        yield part


def _leniently(payload: bytes, boundary: str, findings: Findings) -> list[Part]:
    """Line ends without CR, broken headers: the mail parser shrugs. Documents come first."""
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'.encode("latin-1", "replace")
    message = BytesParser(policy=compat32).parsebytes(head + payload[:LENIENT_HEAD])
    pieces = message.get_payload()
    if not isinstance(pieces, list):
        return []
    parts: list[Part] = []
    for piece in pieces[:MAX_PARTS]:
        body = piece.get_payload(decode=True) if isinstance(piece, Message) else None
        if isinstance(piece, Message) and isinstance(body, bytes):
            name = piece.get_param("name", "", "content-disposition")
            part = Part(
                body, str(name), str(piece.get_filename("")), piece.get_content_type().lower()
            )
            parts += [part] if _is_document(part) else []
    if parts:
        findings.warn("multipart_damaged", "the message does not keep to the rules of multipart")
    return parts


def _is_document(part: Part) -> bool:
    if part.content_type.startswith(_PICTURES) or part.body.startswith(_MAGIC):
        return False
    return bool(part.body.strip()) and len(part.body) <= MAX_DOCUMENT
