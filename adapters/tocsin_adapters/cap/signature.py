"""Whether an alert's signature holds, and whether somebody we trust made it (XML-DSig, enveloped).

none       no signature
valid      it covers this alert, it holds, and its certificate is one we were told to trust
untrusted  it proves nothing: a certificate that nobody vouches for or out of date, a way of
           signing that is not accepted (SHA-1, parts), or an alert moved into another document
invalid    the alert, or the signature, was changed after it was signed
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tocsin_adapters.reading.elements import child, local_name

State = Literal["none", "valid", "untrusted", "invalid"]

MAX_CERTIFICATES = 4
MAX_SIGNED = 256 * 1024
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = "c14n"
_METHODS = frozenset(m for m in SignatureMethod if not {"SHA1", "HMAC"} & set(m.name.split("_")))
_DIGESTS = frozenset(d for d in DigestAlgorithm if d.name != "SHA1")


@dataclass(frozen=True, slots=True)
class Signature:
    """`reason` says why it is not valid; empty when it is, or when there is none."""

    state: State
    reason: str = ""


NONE = Signature("none")


class _Malformed(Exception):
    """No signature that anybody could have checked."""


def signature_of(
    alert: etree._Element, trusted: Sequence[x509.Certificate], at: datetime
) -> Signature:
    """The alert as a document of its own; `at` is when certificates have to be in force."""
    signatures = [e for e in alert if local_name(e) == "Signature"]
    if not signatures:
        return NONE
    if len(signatures) > 1:
        return Signature("untrusted", "several_signatures")
    unfit = _unfit(signatures[0])
    if unfit is not None:
        return unfit
    try:
        brought = _certificates(signatures[0])
    except _Malformed:
        return Signature("invalid", "malformed")
    # One that a message brings and one that we hold are checked alike; trust comes after.
    return _checked(alert, brought or trusted, brought, trusted, at)


def certificates_in(pem: bytes) -> list[x509.Certificate]:
    """Every certificate of a PEM file. Raises ValueError when it holds none."""
    return x509.load_pem_x509_certificates(pem)


def _unfit(signature: etree._Element) -> Signature | None:
    """What would sign something else, or in a way that is no longer believed."""
    signed = child(signature, "SignedInfo")
    references = [] if signed is None else [e for e in signed if local_name(e) == "Reference"]
    if signed is None or not references:
        return Signature("invalid", "malformed")
    if len(references) > 1 or references[0].get("URI") != "":
        return Signature("untrusted", "signs_something_else")
    method, digest = child(signed, "SignatureMethod"), child(references[0], "DigestMethod")
    named = ["" if e is None else e.get("Algorithm") or "" for e in (method, digest)]
    if named[0] not in {m.value for m in _METHODS} or named[1] not in {d.value for d in _DIGESTS}:
        return Signature("untrusted", "algorithm")
    transforms = child(references[0], "Transforms")
    for transform in [] if transforms is None else transforms:
        algorithm = transform.get("Algorithm") or ""
        if algorithm != _ENVELOPED and _CANONICAL not in algorithm:
            return Signature("untrusted", "transform")
    return None


def _certificates(signature: etree._Element) -> list[x509.Certificate]:
    key_info = child(signature, "KeyInfo")
    data = None if key_info is None else child(key_info, "X509Data")
    written = [] if data is None else [e for e in data if local_name(e) == "X509Certificate"]
    try:
        return [
            x509.load_der_x509_certificate(b64decode("".join((e.text or "").split())))
            for e in written[:MAX_CERTIFICATES]
        ]
    except (ValueError, binascii.Error):
        raise _Malformed from None


def _checked(
    alert: etree._Element,
    candidates: Sequence[x509.Certificate],
    brought: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
) -> Signature:
    if not candidates:
        return Signature("untrusted", "no_certificate")
    wrapped = alert.getparent() is not None
    as_sent = etree.tostring(alert, with_tail=False)
    if len(as_sent) > MAX_SIGNED:
        return Signature("untrusted", "too_large")
    spellings = [as_sent, _without_blanks(as_sent)]
    if wrapped:  # what the wrapper declares is not part of what was signed
        bare = deepcopy(alert)
        etree.cleanup_namespaces(bare)
        spellings.append(etree.tostring(bare, with_tail=False))
    found: set[str] = set()
    for alone in spellings:
        for certificate in candidates[:MAX_CERTIFICATES]:
            outcome = _outcome(alone, certificate)
            if outcome == "holds":
                return _trust(certificate, brought, trusted, at)
            found.add(outcome)
    if not brought and "changed" not in found:
        # None of our certificates made it: whose it is, and whether it holds, nobody can say.
        return Signature("untrusted", "no_certificate")
    if wrapped and "malformed" not in found:
        # Putting an alert into another document can break its signature without changing a word.
        return Signature("untrusted", "wrapped")
    return Signature(
        "invalid", next(r for r in ("changed", "signature", "malformed") if r in found)
    )


def _without_blanks(alone: bytes) -> bytes:
    """Hubs indent what they pass on; blanks between elements mean nothing in an alert."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    bare: bytes = etree.tostring(etree.fromstring(alone, parser))
    return bare


def _outcome(alone: bytes, certificate: x509.Certificate) -> str:
    configuration = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        ignore_ambiguous_key_info=True,
        # Whether it is in force is asked later, at the time of receipt.
        verification_time=certificate.not_valid_before_utc,
    )
    try:
        XMLVerifier().verify(
            alone, x509_cert=certificate, validate_schema=False, expect_config=configuration
        )
    except InvalidDigest:
        return "changed"
    except (InvalidSignature, UnsupportedAlgorithm):
        return "signature"
    except Exception:  # the library meets malformed parts with whatever exception comes first
        return "malformed"
    return "holds"


def _trust(
    signer: x509.Certificate,
    brought: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
) -> Signature:
    held = set(trusted)
    link, seen = signer, [signer]
    while True:
        if not link.not_valid_before_utc <= at <= link.not_valid_after_utc:
            return Signature("untrusted", "certificate_out_of_date")
        if link in held:
            return Signature("valid")
        above = [c for c in (*trusted, *brought) if c not in seen and _issued(link, c)]
        if not above or len(seen) > MAX_CERTIFICATES:
            return Signature("untrusted", "certificate_unknown")
        link = above[0]
        seen.append(link)


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        limits = by.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(by)
    except Exception:  # an odd certificate vouches for nothing
        return False
    return limits.ca
