"""The contract documents, generated from the models: JSON Schema, AsyncAPI 3, OpenAPI."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from tocsin import __version__
from tocsin.contract import CloudEvent, SourceStatus
from tocsin.contract.envelope import CONTENT_TYPE
from tocsin.engine.commands import schemas
from tocsin.exercises.scenario import Scenario
from tocsin.live.wire import MESSAGES
from tocsin.sources.reports import ErrorReport
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

TEMPLATE = "#/components/schemas/{model}"


def write_contract(folder: Path) -> Iterator[Path]:
    """Write every document into `folder`; gives the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in contract_documents().items():
        path = folder / name
        path.write_text(to_text(document), "utf-8")
        yield path


def to_text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def contract_documents() -> dict[str, dict[str, Any]]:
    return {
        "observation.schema.json": _schema(
            CloudEvent, "An observation in its CloudEvents envelope"
        ),
        "source-status.schema.json": _schema(SourceStatus, "What a source says of itself"),
        "scenario.schema.json": _schema(Scenario, "The script of an exercise"),
        "commands.schema.json": commands(),
        "asyncapi.json": asyncapi(),
        "openapi.json": openapi(),
    }


def _schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = model.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**head, **{key: value for key, value in schema.items() if key != "title"}}


def commands() -> dict[str, Any]:
    """Every command that `POST /api/realms/{realm}/commands` takes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A command",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in schemas()],
        "$defs": schemas(),
    }


def openapi() -> dict[str, Any]:
    rooms = Rooms({}, cast(Any, None), cast(Any, None), frozenset())
    document: dict[str, Any] = make_application(rooms).openapi()
    return document


def asyncapi() -> dict[str, Any]:
    """MQTT in, WebSocket out."""
    schemas: dict[str, Any] = {}
    messages = {
        "observation": _message(CloudEvent, schemas, CONTENT_TYPE),
        "sourceStatus": _message(SourceStatus, schemas),
        "errorReport": _message(ErrorReport, schemas),
        **{model.__name__.lower(): _message(model, schemas) for model in MESSAGES},
    }
    realm = {"description": "`live` or `exercise-NAME`: a sealed world."}
    source = {"description": "The source's configured name, e.g. `cap:meteoalarm-be`."}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tocsin",
            "version": __version__,
            "description": (
                "Observations come in over MQTT 3.1.1 or 5 with QoS 1; the live "
                "picture goes out over WebSocket."
            ),
        },
        "defaultContentType": "application/json",
        "servers": {
            "broker": {"host": "127.0.0.1:1883", "protocol": "mqtt"},
            "screens": {"host": "127.0.0.1:8765", "protocol": "ws"},
        },
        "channels": {
            "observations": _channel(
                "tocsin/v1/{realm}/observations/{source}",
                "broker",
                ["observation"],
                realm=realm,
                source=source,
            ),
            "sourceStatus": _channel(
                "tocsin/v1/{realm}/sources/{source}/status",
                "broker",
                ["sourceStatus"],
                realm=realm,
                source=source,
            ),
            "sourceErrors": _channel(
                "tocsin/v1/{realm}/sources/{source}/errors",
                "broker",
                ["errorReport"],
                realm=realm,
                source=source,
            ),
            "raw": {
                "address": "tocsin/v1/{realm}/raw/{source}",
                "description": "Untouched bytes of a source's own format, for its adapter.",
                "servers": [{"$ref": "#/servers/broker"}],
                "parameters": {"realm": realm, "source": source},
                "messages": {"raw": {"contentType": "application/octet-stream"}},
            },
            **_camera_channels(realm),
            "screen": _channel(
                "/realms/{realm}/socket",
                "screens",
                [m.__name__.lower() for m in MESSAGES],
                realm=realm,
            )
            | {
                "bindings": {
                    "ws": {
                        "query": {
                            "type": "object",
                            "properties": {
                                "from": {
                                    "type": "integer",
                                    "minimum": 0,
                                    "description": "Resume after this entry; absent: a snapshot.",
                                }
                            },
                        }
                    }
                }
            },
        },
        "operations": {
            "receiveObservation": _operation("receive", "observations"),
            "receiveSourceStatus": _operation("receive", "sourceStatus"),
            "receiveSourceErrors": _operation("receive", "sourceErrors"),
            "receiveRaw": _operation("receive", "raw"),
            "receiveFrame": _operation("receive", "cameraFrame"),
            "askForFrames": _operation("send", "cameraDemand"),
            "showFrames": _operation("send", "cameraViewer"),
            "showVideo": _operation("send", "cameraVideo"),
            "showPicture": _operation("send", "screen"),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _camera_channels(realm: dict[str, Any]) -> dict[str, Any]:
    """Pictures: MQTT in, binary sockets out."""
    camera = {"description": "The id of a camera in the register."}
    jpeg = {"contentType": "image/jpeg"}
    text = {"contentType": "application/json"}
    capacity = {"type": "string", "description": "In which capacity one looks."}
    broker, screens = ([{"$ref": f"#/servers/{name}"}] for name in ("broker", "screens"))
    on_camera = {"parameters": {"realm": realm, "camera": camera}}
    return {
        "cameraFrame": {
            "address": "tocsin/v1/{realm}/cameras/{camera}/frame",
            "description": "The newest picture: JPEG of at most 64 KiB with a stamp in a comment.",
            "servers": broker,
            **on_camera,
            "messages": {"frame": jpeg},
        },
        "cameraDemand": {
            "address": "tocsin/v1/{realm}/cameras/{camera}/demand",
            "description": 'What somebody wants to see: `{"fps": 2, "until": "…"}`.',
            "servers": broker,
            **on_camera,
            "messages": {"demand": text},
        },
        "cameraViewer": {
            "address": "/realms/{realm}/cameras/socket",
            "description": (
                "Binary: version, length of the id, captured and received in ms since 1970 (8 "
                "bytes each), sequence (4), id, JPEG; numbers are big-endian. Text: `watching` "
                "answers a wish, `beat` every two seconds; both tell the server's time. A viewer "
                'may say `{"cameras": {"CAMERA": FPS}}` at any time.'
            ),
            "servers": screens,
            "parameters": {"realm": realm},
            "messages": {"frame": {"contentType": "application/octet-stream"}, "told": text},
            "bindings": {
                "ws": {
                    "query": {
                        "type": "object",
                        "properties": {
                            "cameras": {"type": "string", "description": "Ids, with commas."},
                            "fps": {"type": "number", "minimum": 0.1, "maximum": 10},
                            "capacity": capacity,
                        },
                    }
                }
            },
        },
        "cameraVideo": {
            "address": "/realms/{realm}/cameras/{camera}/live",
            "description": (
                "Live video: a text with the `mime` for MediaSource, then the opening of a "
                "fragmented MP4 and its fragments; closed with 4010 and a word for why."
            ),
            "servers": screens,
            **on_camera,
            "messages": {"video": text, "boxes": {"contentType": "video/mp4"}},
            "bindings": {"ws": {"query": {"type": "object", "properties": {"capacity": capacity}}}},
        },
    }


def _message(
    model: type[BaseModel], schemas: dict[str, Any], content_type: str = "application/json"
) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=TEMPLATE)
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {
        "name": model.__name__,
        "contentType": content_type,
        "payload": {"$ref": TEMPLATE.format(model=model.__name__)},
    }


def _channel(address: str, server: str, messages: list[str], **parameters: Any) -> dict[str, Any]:
    return {
        "address": address,
        "servers": [{"$ref": f"#/servers/{server}"}],
        "parameters": parameters,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _operation(action: str, channel: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}
