"""CloudEvents 1.0 in structured JSON around each observation.

Source: CloudEvents specification 1.0.2, JSON event format.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tocsin.contract.observation import Observation, SourceName, Utc

OBSERVATION_TYPE = "brussels.tocsin.observation.v1"
CONTENT_TYPE = "application/cloudevents+json"
MAX_MESSAGE_BYTES = 64 * 1024


class CloudEvent(BaseModel):
    """The envelope of one observation; unknown extension attributes are allowed and ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    source: SourceName
    type: Literal["brussels.tocsin.observation.v1"]
    time: Utc | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: Observation = Field(description="The observation itself.")

    @model_validator(mode="after")
    def _one_source(self) -> "CloudEvent":
        if self.source != self.data.source:
            raise ValueError(
                f"source: the envelope says {self.source!r}, data.source says {self.data.source!r}"
            )
        return self


def envelope_for(observation: Observation) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=observation.external_id,
        source=observation.source,
        type="brussels.tocsin.observation.v1",
        time=observation.sent_at or observation.received_at,
        data=observation,
    )
