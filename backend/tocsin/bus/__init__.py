"""Between processes: Redis carries the journal's tail, health, commands and the engine's lease.

Redis only makes it quick. What a gateway missed it reads from the journal, so a Redis that is gone
costs a second of delay, never an entry.
"""
