"""Bytes to values, without trusting a byte of them: what every adapter does the same way."""
