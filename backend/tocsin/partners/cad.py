"""The 112 centre: cases as CISU RC-EDA in JSON, in an EDXL-DE envelope (OASIS EDXL-DE 1.0)."""

import json
from datetime import datetime, timedelta
from typing import Any

from tocsin.partners.play import Standing
from tocsin.partners.script import vocabulary
from tocsin.partners.speech import Speech, local

SENDER = "be.exercise.cad112"
CONTENT_TYPE = "application/json"
LASTS = timedelta(days=30)
_PRECISION = {"street": "RUE", "commune": "VILLE"}


def message(case: Standing, speech: Speech) -> bytes:
    """One case as it stands; another version of it is another distribution."""
    row = vocabulary()["cad"][case.what]
    identity = f"{SENDER}.{speech.run}-{case.thing}"
    sent = local(case.changed)
    envelope: dict[str, Any] = {
        "distributionID": f"{identity}-{case.version}",
        "senderID": SENDER,
        "dateTimeSent": sent,
        "dateTimeExpires": local(case.changed + LASTS),
        "distributionStatus": speech.status,
        "distributionKind": "Report" if case.version == 1 else "Update",
        "descriptor": {
            "language": "fr-BE",
            "explicitAddress": {
                "explicitAddressScheme": "hubex",
                "explicitAddressValue": "be.exercise.region",
            },
        },
        "content": [
            {
                "jsonContent": {
                    "embeddedJsonContent": {
                        "message": {
                            "messageId": f"{identity}-{case.version}",
                            "sender": {"name": "CIC 112", "URI": f"hubex:{SENDER}"},
                            "sentAt": sent,
                            "status": speech.status,
                            "kind": "Report" if case.version == 1 else "Update",
                            "recipient": [{"name": "region", "URI": "hubex:be.exercise.region"}],
                            "createCase": _case(case, row, identity, case.since),
                        }
                    }
                }
            }
        ],
    }
    return json.dumps({"edxl": envelope}, ensure_ascii=False).encode()


def _case(case: Standing, row: Any, identity: str, created: datetime) -> dict[str, Any]:
    if case.place is None or case.place.lat is None:
        raise ValueError(f"{case.thing} is nowhere")
    at = local(created)
    location = {
        "locID": f"{identity}-loc",
        "country": "BE",
        "detailedAddress": {"complete": case.place.names["fr"]},
        "geometry": {
            "point": {
                "coord": {
                    "lat": case.place.lat,
                    "lon": case.place.lon,
                    "precision": _PRECISION.get(case.place.kind, "ADRESSE"),
                }
            },
            "datetime": at,
        },
    }
    qualification: dict[str, Any] = {
        "whatsHappen": {"code": row["code"], "label": row["label"]},
        "riskThreat": [{"code": code, "label": code} for code in row.get("risks", [])],
        "victims": {"count": case.victims or "NON DEFINI"},
    }
    alert = {
        "id": f"{identity}-alert",
        "reception": at,
        "reporting": "STANDARD",
        "location": location,
        "qualification": qualification,
        "callTaker": {"organization": SENDER, "controlRoom": "CIC 112"},
    }
    return {
        "caseId": identity,
        "creation": at,
        "referenceVersion": "1",
        "qualification": qualification,
        "location": location,
        "initialAlert": alert,
    }
