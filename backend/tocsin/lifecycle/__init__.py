"""The life of an incident and the room's records: states, phases, counts, reports, reflex cards."""
