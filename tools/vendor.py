"""Refresh the vendored browser libraries: `python tools/vendor.py` (needs npm, network).

Fetches each pinned package with `npm pack`, keeps the few files the page uses beside their
licence, and writes `VENDORED.json`. Without a change of versions the result is the same bytes.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent.parent / "frontend/tocsin_frontend/static/vendor"

# folder name, npm package, version, licence, {path in the package: path kept}
PINNED: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    (
        "leaflet",
        "leaflet",
        "1.9.4",
        "BSD-2-Clause",
        {
            "LICENSE": "LICENSE",
            "dist/leaflet.js": "leaflet.js",
            "dist/leaflet.css": "leaflet.css",
            "dist/images/layers.png": "images/layers.png",
            "dist/images/layers-2x.png": "images/layers-2x.png",
            "dist/images/marker-icon.png": "images/marker-icon.png",
            "dist/images/marker-icon-2x.png": "images/marker-icon-2x.png",
            "dist/images/marker-shadow.png": "images/marker-shadow.png",
        },
    ),
    (
        "protomaps-leaflet",
        "protomaps-leaflet",
        "5.1.0",
        "BSD-3-Clause",
        {"LICENSE": "LICENSE", "dist/protomaps-leaflet.js": "protomaps-leaflet.js"},
    ),
    (
        "leaflet-geoman",
        "@geoman-io/leaflet-geoman-free",
        "2.20.2",
        "MIT",
        {"LICENSE": "LICENSE", "dist/leaflet-geoman.min.js": "leaflet-geoman.js"},
    ),
    (
        "inter",
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "LICENSE": "LICENSE",
            "files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext-wght-normal.woff2",
        },
    ),
)


def main() -> None:
    listed = [vendor(*pinned) for pinned in PINNED]
    (VENDOR / "VENDORED.json").write_text(
        json.dumps(listed, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )


def vendor(
    name: str, package: str, version: str, licence: str, kept: dict[str, str]
) -> dict[str, Any]:
    folder = VENDOR / f"{name}-{version}"
    with tempfile.TemporaryDirectory() as scratch:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{version}"],
            cwd=scratch,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()[-1]
        with tarfile.open(Path(scratch) / packed) as archive:
            for inside, outside in kept.items():
                member = archive.extractfile(f"package/{inside}")
                if member is None:
                    raise FileNotFoundError(f"{package}@{version} has no {inside}")
                target = folder / outside
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(member.read())
    hashes = {
        outside: hashlib.sha256((folder / outside).read_bytes()).hexdigest()
        for outside in sorted(kept.values())
    }
    print(f"{folder.name}: {len(hashes)} files")
    return {
        "folder": folder.name,
        "name": package,
        "version": version,
        "licence": licence,
        "sha256": hashes,
    }


if __name__ == "__main__":
    main()
