"""What leaves the room for others: its incidents, in the formats that they read."""
