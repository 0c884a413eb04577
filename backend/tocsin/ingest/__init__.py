"""From the broker to the engines: checks, realms, acknowledgement."""
