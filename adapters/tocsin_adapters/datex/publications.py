"""From a message to its publications of situations, whatever is wrapped around them."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tocsin_adapters.datex.node import Node, node_of, node_of_json
from tocsin_adapters.reading.findings import Findings, Unreadable
from tocsin_adapters.reading.json import document_of
from tocsin_adapters.reading.xml import tree_of

MAX_BYTES = 4 * 1024 * 1024
MAX_ELEMENTS = 120_000
MAX_DEPTH = 40

_PUBLICATIONS = frozenset({"payloadPublication", "payload", "situationPublication"})
_ROOTS = frozenset({"d2LogicalModel", "D2LogicalModel", "messageContainer"})
_HEAD = frozenset(
    {
        *("publicationTime", "publicationCreator", "feedType", "feedDescription"),
        *("headerInformation", "payloadPublicationExtension", "situationPublicationExtension"),
    }
)
# Exchanges that tell changes one by one; what they do not tell goes on.
_PIECEMEAL = frozenset({"singleElementUpdate", "allElementUpdate"})


@dataclass(frozen=True, slots=True)
class Publication:
    """`whole`: the exchange does not say that it tells changes only."""

    node: Node
    where: str
    whole: bool

    @property
    def feed(self) -> str:
        """Who publishes what; one source may carry several feeds."""
        creator = self.node.first("publicationCreator") or Node("publicationCreator")
        said = (creator.say("country"), creator.say("nationalIdentifier"))
        return "/".join([*said, self.node.say("feedType")])[:100].lower()


def publications_in(payload: bytes, findings: Findings) -> list[Publication]:
    """Raises `Unreadable` when it is no DATEX II message."""
    if payload.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        document = document_of(
            payload, findings, max_bytes=MAX_BYTES, max_values=MAX_ELEMENTS, max_depth=MAX_DEPTH
        )
        root = node_of_json("message", document)
    else:
        root = node_of(_tree(payload, findings))
    found = list(_publications(root, root.name, findings))
    if not found:
        found = list(_wrapped_in_text(root, findings))
    if not found:
        _refuse(root)
    return found


def _tree(payload: bytes, findings: Findings) -> etree._Element:
    if payload.count(b"<") > 3 * MAX_ELEMENTS:  # seen without building a tree of them
        raise Unreadable("xml_size", f"more than {MAX_ELEMENTS} elements")
    return tree_of(
        payload, findings, max_bytes=MAX_BYTES, max_elements=MAX_ELEMENTS, max_depth=MAX_DEPTH
    )


def _publications(
    root: Node, where: str, findings: Findings, *, whole: bool = True
) -> Iterator[Publication]:
    whole = whole and not _is_piecemeal(root)
    for at, node in _candidates(root, where):
        if any(node.all("situation")) or (
            node.kind in ("", "SituationPublication")
            and node.children
            and all(child.name in _HEAD for child in node.children)
        ):
            yield Publication(node, at, whole)
        elif node.kind:
            said = f"a {node.kind[:60]} holds no situations"
            findings.warn("other_publication", said, at)


def _candidates(node: Node, where: str) -> Iterator[tuple[str, Node]]:
    if node.name in _PUBLICATIONS:
        yield where, node
        return
    for nth, child in enumerate(node.children):
        if child.children:
            yield from _candidates(child, f"{where}/{child.name}[{nth}]")


def _is_piecemeal(root: Node) -> bool:
    for node in _head(root):
        if node.name == "updateMethod" and node.text in _PIECEMEAL:
            return True
        if node.name == "codedExchangeProtocol":
            said = node.text.lower()
            return "delta" in said or "simple" in said or "stateful" in said
    return False


def _head(node: Node) -> Iterator[Node]:
    """All but the publications themselves."""
    yield node
    for child in node.children:
        if child.name not in _PUBLICATIONS:
            yield from _head(child)


def _wrapped_in_text(root: Node, findings: Findings) -> Iterator[Publication]:
    """A message as text (CDATA) inside another one, which is how single situations are pushed."""
    for node in root.walk():
        if not node.children and node.text.startswith("<"):
            inner = node_of(_tree(node.text.encode("utf-8", "surrogatepass"), findings))
            yield from _publications(inner, f"{node.name}/{inner.name}", findings, whole=False)


def _refuse(root: Node) -> None:
    """A sign of life between two publications is a message without one."""
    for node in root.walk():
        if node.name == "Fault":
            said = node.say("faultstring") or node.say("Reason", "Text") or "no reason given"
            raise Unreadable("soap_fault", f"the supplier answered: {said}", "Fault", node.line)
    if any(node.name in _ROOTS or node.name in _PUBLICATIONS for node in root.walk()):
        return
    raise Unreadable("not_datex", f"<{root.name[:60]}> holds no publication", "", root.line)
