"""Nothing in a scenario may be taken for a real plate, telephone number or mailbox."""

import re
from collections.abc import Iterator

from tocsin.taxonomy.facts import PLATE

MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
FICTITIOUS_ENDINGS = (".invalid", ".example", ".test")
# With its leading + or 0, in groups as people write it; dates and offsets have other signs.
TELEPHONE = re.compile(
    r"(?<![\w:.-])(?:\+\d{2}|00\d{2}|0)[ /.]?\d{1,3}(?:[ /.]?\d{2,3}){2,4}(?![\w:-])"
)
FEWEST_DIGITS = 9


def real_looking(text: str, file: str) -> Iterator[str]:
    """A sentence for each line that could be taken for real, with file and line."""
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{file}:{number}:"
        if PLATE.search(line):
            yield f"{where} looks like a Belgian plate; write a fictitious one such as X-EXE-101"
        if any(not box.endswith(FICTITIOUS_ENDINGS) for box in MAILBOX.findall(line)):
            yield f"{where} looks like a real mailbox; write one such as d5@exercice.invalid"
        if any(_could_ring(found.group()) for found in TELEPHONE.finditer(line)):
            yield (
                f"{where} looks like a real telephone number; write one that ends in six zeros, "
                "such as 0400 000 000"
            )


def _could_ring(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return len(digits) >= FEWEST_DIGITS and not digits.endswith("000000")
