"""Cameras: the register, their pictures from the bus to the screens, and live video."""
