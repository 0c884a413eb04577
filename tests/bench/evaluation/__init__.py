"""How well observations become incidents: generated hours of Brussels with known truth.

`ground`, `noise`, `subjects`, `stage`, `happenings` and `worlds` make the hours and know nothing of
the correlator. `runner` feeds them to the room, `metrics` compares, `baselines` and `study` tell
what each part of the correlator is worth, `drawing` and `report` show it.
"""
