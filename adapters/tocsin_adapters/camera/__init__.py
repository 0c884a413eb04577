"""Cameras: what they show and how they are. Pictures by people's demand, states by checks.

Nothing here looks at faces, gaits or clothes, and no option makes it.
"""

import os

# Read when OpenCV is loaded: a small file may claim to hold a picture of gigabytes.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**26))
