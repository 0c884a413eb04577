"""Live: from committed entries to what every screen sees."""
