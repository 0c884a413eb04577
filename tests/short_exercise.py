"""An exercise of half a minute: what is timed, repeated, conditional, and left to the staff."""

from pathlib import Path

NAME = "short"
MESSAGES = [
    "call-1", "count.001", "count.002", "call-2", "nobody", "after-nobody", "call-3",
]  # fmt: skip
TEXT = """
scenario: short
title: {fr: "Exercice court", nl: "Korte oefening", en: "Short exercise"}
brief: {fr: "Un feu, trois appels.", nl: "Eén brand, drie oproepen.", en: "One fire, three calls."}
starts: "2026-03-10T09:00:00Z"
ends: "00:00:30"
roles: [operator]
incidents:
  fire:
    title: {fr: "Feu d'immeuble", nl: "Gebouwbrand", en: "Building fire"}
    type: FIR-BLD
objectives:
  - id: seen
    text: {fr: "Le feu est vu.", nl: "De brand is gezien.", en: "The fire is seen."}
    critical: true
injects:
  - id: call-1
    at: "00:00:00"
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: event, type_hint: FIR-BLD, headline: "Feu"}
  - id: count
    at: "00:00:02"
    kind: SEN
    source: sensor:smoke
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: sensor, type_hint: FIR-BLD, headline: "Smoke {k}"}
    repeat: {times: 9, every: "00:00:03", end: {fired: call-2}}
  - id: call-2
    at: "00:00:06"
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: event, type_hint: FIR-BLD, headline: "Feu, encore"}
  - id: nobody
    when: {missing: acknowledge_alarm, since: call-1, lasting: "00:00:12"}
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    instead_of: [never]
    observation: {kind: event, type_hint: FIR-BLD, headline: "Personne"}
  - id: after-nobody
    when: {fired: nobody}
    after: "00:00:03"
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: event, type_hint: FIR-BLD, headline: "Après"}
  - id: too-late
    when: {done: acknowledge_alarm}
    until: "00:00:08"
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: event, type_hint: FIR-BLD, headline: "Trop tard"}
  - id: never
    at: "00:00:25"
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: event, type_hint: FIR-BLD, headline: "Jamais"}
  - id: call-3
    at: "00:00:26"
    kind: EVT
    source: cad:siamu
    place: &HERE
    incident: fire
    expect: &SEEN
    observation: {kind: event, type_hint: FIR-BLD, headline: "Feu, toujours"}
  - id: by-hand
    manual: true
    kind: TEL
    source: phone:zone
    incident: fire
    expect: &SEEN
    say: {fr: "Ici la zone.", nl: "Hier de zone.", en: "This is the zone."}
""".replace("&HERE", '"street:rue-de-la-loi"').replace(
    "&SEEN", '{fr: "C’est vu", nl: "Het is gezien", en: "It is seen"}'
)


def write_into(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "short.yaml").write_text(TEXT, encoding="utf-8")
    return folder
