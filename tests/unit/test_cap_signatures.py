"""Signatures of alerts: what holds, what was changed, and what proves nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from pydantic import ValidationError
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from tocsin.contract import Observation, Receipt
from tocsin_adapters.cap import CapAdapter, CapSettings

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
SAMPLE = Path(__file__).parents[1] / "fixtures/cap/wmo-sc-valid.xml"
ALERT = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>I-1</identifier><sender>signer.example</sender>
  <sent>2026-01-15T16:00:00+01:00</sent><status>Actual</status><msgType>Alert</msgType>
  <scope>Public</scope>
  <info><category>Met</category><event>Storm</event><urgency>Expected</urgency>
    <severity>Severe</severity><certainty>Likely</certainty><headline>Wind</headline></info>
</alert>"""


class Authority:
    """A key and its certificate; it can issue others."""

    def __init__(
        self, name: str, issuer: "Authority | None" = None, *, ca: bool = True, days: int = 30
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        above = issuer or self
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if issuer is None else issuer.certificate.subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=10))
            .not_valid_after(NOW + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(above.key, hashes.SHA256())
        )

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def sign(self, *chain: "Authority", sha1: bool = False) -> bytes:
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
        )
        cert = [self.certificate, *(c.certificate for c in chain)]
        signed = signer.sign(etree.fromstring(ALERT), key=self.key, cert=cert)
        written: bytes = etree.tostring(signed)
        return written.replace(b"xmlenc#sha256", b"xmldsig#sha1") if sha1 else written


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority("Root")


@pytest.fixture(scope="module")
def office(root: Authority) -> Authority:
    return Authority("Office", root, ca=False)


def read(payload: bytes, *trusted: bytes, folder: Path, at: datetime = NOW) -> Observation:
    paths = []
    for nth, pem in enumerate(trusted):
        path = folder / f"{nth}.pem"
        path.write_bytes(pem)
        paths.append(path)
    adapter = CapAdapter(CapSettings(certificates=tuple(paths)))
    (observation,) = adapter.translate(payload, Receipt("cap:test", "live", at)).observations
    return observation


def state(observation: Observation) -> tuple[object, object, bool]:
    told = observation.attributes
    return told["signature"], told.get("signature_reason"), told.get("doubtful", False) is True


def test_an_alert_without_a_signature_says_none(tmp_path: Path) -> None:
    assert state(read(ALERT, folder=tmp_path)) == ("none", None, False)


def test_a_signature_by_a_certificate_we_hold_is_valid(tmp_path: Path, office: Authority) -> None:
    observation = read(office.sign(), office.pem(), folder=tmp_path)
    assert state(observation) == ("valid", None, False)
    assert observation.confidence == 0.75


def test_a_signature_by_one_that_our_authority_vouches_for_is_valid(
    tmp_path: Path, root: Authority, office: Authority
) -> None:
    assert state(read(office.sign(), root.pem(), folder=tmp_path))[0] == "valid"


def test_a_chain_through_a_certificate_that_the_message_brings_is_followed(
    tmp_path: Path, root: Authority
) -> None:
    middle = Authority("Middle", root)
    leaf = Authority("Leaf", middle, ca=False)
    assert state(read(leaf.sign(middle), root.pem(), folder=tmp_path))[0] == "valid"


def test_what_only_vouches_for_itself_is_untrusted(tmp_path: Path, root: Authority) -> None:
    stranger = Authority("Stranger")
    payload = stranger.sign()
    assert state(read(payload, folder=tmp_path)) == ("untrusted", "certificate_unknown", False)
    # Once somebody has told whom to trust, a stranger's alert is doubtful.
    observation = read(payload, root.pem(), folder=tmp_path)
    assert state(observation) == ("untrusted", "certificate_unknown", True)
    assert observation.confidence is None


def test_a_certificate_that_may_not_issue_others_vouches_for_nobody(
    tmp_path: Path, office: Authority
) -> None:
    forged = Authority("Forged", office, ca=False)
    found = state(read(forged.sign(office), office.pem(), folder=tmp_path))
    assert found == ("untrusted", "certificate_unknown", True)


def test_a_certificate_out_of_date_is_untrusted(tmp_path: Path, office: Authority) -> None:
    late = NOW + timedelta(days=60)
    found = state(read(office.sign(), office.pem(), folder=tmp_path, at=late))
    assert found == ("untrusted", "certificate_out_of_date", True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<headline>Wind</headline>", b"<headline>Calm</headline>"),
        (b"<severity>Severe</severity>", b"<severity>Minor</severity>"),
        (b"<scope>Public</scope>", b"<scope>Public</scope><note>More</note>"),
    ],
)
def test_an_alert_changed_after_signing_is_invalid(
    tmp_path: Path, office: Authority, before: bytes, after: bytes
) -> None:
    payload = office.sign().replace(before, after)
    observation = read(payload, office.pem(), folder=tmp_path)
    assert state(observation) == ("invalid", "changed", True)
    assert observation.confidence is None
    assert observation.kind == "event"


def test_a_signature_by_another_key_is_invalid(tmp_path: Path, office: Authority) -> None:
    other = Authority("Other", ca=False)
    stolen = etree.fromstring(other.sign())
    brought = stolen.find(".//{*}X509Certificate")
    assert brought is not None
    brought.text = "".join(office.pem().decode().splitlines()[1:-1])
    found = state(read(etree.tostring(stolen), office.pem(), folder=tmp_path))
    assert found == ("invalid", "signature", True)


def test_indenting_an_alert_does_not_break_its_signature(tmp_path: Path, office: Authority) -> None:
    """Hubs do it; blanks between elements mean nothing."""
    signed = etree.fromstring(office.sign(), etree.XMLParser(remove_blank_text=True))
    compact = etree.fromstring(ALERT, etree.XMLParser(remove_blank_text=True))
    assert signed is not None
    signer = XMLSigner(signature_algorithm=SignatureMethod.ECDSA_SHA256)
    written = etree.tostring(
        signer.sign(compact, key=office.key, cert=[office.certificate]), pretty_print=True
    )
    assert b"\n  <" in written
    assert state(read(written, office.pem(), folder=tmp_path))[0] == "valid"


ENVELOPE = b"""<e:EDXLDistribution xmlns:e="urn:oasis:names:tc:emergency:EDXL:DE:1.0"
  xmlns:x="urn:x"><e:distributionID>d</e:distributionID><e:senderID>s</e:senderID>
  <e:dateTimeSent>2026-01-15T16:41:00+01:00</e:dateTimeSent>
  <e:distributionStatus>Actual</e:distributionStatus>
  <e:distributionType>Report</e:distributionType><e:contentObject><e:xmlContent>
  <e:embeddedXMLContent>ALERT</e:embeddedXMLContent></e:xmlContent></e:contentObject>
</e:EDXLDistribution>"""


def test_a_signature_holds_inside_an_envelope(tmp_path: Path, office: Authority) -> None:
    payload = ENVELOPE.replace(b"ALERT", office.sign())
    assert state(read(payload, office.pem(), folder=tmp_path)) == ("valid", None, False)


def test_a_changed_alert_inside_an_envelope_proves_nothing(
    tmp_path: Path, office: Authority
) -> None:
    payload = ENVELOPE.replace(b"ALERT", office.sign()).replace(b">Wind<", b">Calm<")
    assert state(read(payload, office.pem(), folder=tmp_path)) == ("untrusted", "wrapped", True)


def test_a_signature_of_something_else_proves_nothing(tmp_path: Path, office: Authority) -> None:
    payload = office.sign().replace(b'URI=""', b'URI="#info"')
    found = state(read(payload, office.pem(), folder=tmp_path))
    assert found == ("untrusted", "signs_something_else", True)


def test_sha_1_proves_nothing(tmp_path: Path, office: Authority) -> None:
    found = state(read(office.sign(sha1=True), office.pem(), folder=tmp_path))
    assert found == ("untrusted", "algorithm", True)


def test_an_address_in_a_signature_is_not_fetched(tmp_path: Path, office: Authority) -> None:
    payload = office.sign().replace(b'URI=""', b'URI="http://192.0.2.1/alert.xml"')
    assert state(read(payload, office.pem(), folder=tmp_path))[0] == "untrusted"


@pytest.mark.parametrize(
    "broken",
    [
        b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
        b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>',
        b"<Signature>yes</Signature>",
    ],
)
def test_what_is_no_signature_is_invalid(tmp_path: Path, broken: bytes) -> None:
    payload = ALERT.replace(b"</alert>", broken + b"</alert>")
    assert state(read(payload, folder=tmp_path)) == ("invalid", "malformed", True)


def test_a_real_signed_alert_holds_although_somebody_indented_it(tmp_path: Path) -> None:
    in_force = datetime(2024, 8, 1, tzinfo=UTC)
    found = state(read(SAMPLE.read_bytes(), folder=tmp_path, at=in_force))
    assert found == ("untrusted", "certificate_unknown", False)
    brought = etree.parse(SAMPLE).findtext(".//{*}X509Certificate") or ""
    pem = f"-----BEGIN CERTIFICATE-----\n{brought.strip()}\n-----END CERTIFICATE-----\n"
    found = state(read(SAMPLE.read_bytes(), pem.encode(), folder=tmp_path, at=in_force))
    assert found == ("valid", None, False)


def test_only_so_many_signatures_of_one_message_are_checked(
    tmp_path: Path, office: Authority
) -> None:
    one = office.sign()
    feed = b"<w>" + b"".join(one.replace(b"I-1", b"I-%d" % n) for n in range(20, 32)) + b"</w>"
    translation = CapAdapter().translate(feed, Receipt("cap:test", "live", NOW))
    reasons = [o.attributes["signature_reason"] for o in translation.observations]
    assert reasons == ["wrapped"] * 5 + ["too_many"] * 7


def test_a_certificate_that_cannot_be_read_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        with pytest.raises(ValidationError, match=path.name):
            CapSettings(certificates=(path,))
