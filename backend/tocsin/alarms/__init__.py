"""Who is called, how urgently, and when a call is over: alarms as data and pure functions."""
