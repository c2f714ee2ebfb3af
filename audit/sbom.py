"""Writes down what the product is made of: a CycloneDX bill of materials, made of the lock files.

The same lock files give the same bytes: no clock, no random number, no index's address is in it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from serving.environment import HERE

LOCKS = {
    "requirements.txt": ComponentScope.REQUIRED,
    "requirements-cluster.txt": ComponentScope.OPTIONAL,
    "requirements-dev.txt": ComponentScope.EXCLUDED,
    "requirements-scan.txt": ComponentScope.EXCLUDED,
}
"""Our lock files for Python; a package in several of them has the scope of the first."""
NODE_LOCK = "audit/package-lock.json"
"""The audit's own packages, which nobody needs who runs the site."""
PINNED = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\\n]+?))?\s*\\?\n"
    r"(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64}\s*\\?\n?)*)",
    re.MULTILINE,
)


def written(root: Path = HERE) -> str:
    """Write the bill of materials of the lock files below *root* as JSON."""
    found: dict[str, Component] = {}
    for component in (*_python(root), *_node(root)):
        found.setdefault(str(component.purl), component)
    ours = Component(type=ComponentType.APPLICATION, name="huisheng", bom_ref="huisheng")
    bom = Bom(components=found.values(), metadata=BomMetaData(component=ours))
    bom.register_dependency(ours, found.values())
    read = json.loads(JsonV1Dot6(bom).output_as_string())
    del read["metadata"]["timestamp"], read["serialNumber"]
    return json.dumps(read, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _python(root: Path) -> Iterator[Component]:
    for lock, scope in LOCKS.items():
        for found in PINNED.finditer((root / lock).read_text("utf-8")):
            digests = re.findall(r"sha256:([0-9a-f]{64})", found["hashes"])
            yield _component(
                PackageURL("pypi", name=_plain(found["name"]), version=found["version"]),
                scope,
                [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests],
                found["marker"],
            )


def _node(root: Path) -> Iterator[Component]:
    packages = json.loads((root / NODE_LOCK).read_bytes())["packages"]
    for place, package in packages.items():
        name = place.rpartition("node_modules/")[2]
        if not name:
            continue  # the list itself
        group, _, last = name.rpartition("/")
        yield _component(
            PackageURL("npm", namespace=group or None, name=last, version=package["version"]),
            ComponentScope.EXCLUDED,
            [_integrity(package["integrity"])] if "integrity" in package else [],
        )


def _component(
    purl: PackageURL, scope: ComponentScope, hashes: list[HashType], marker: str | None = None
) -> Component:
    needed = [Property(name="huisheng:marker", value=marker)] if marker else []
    return Component(
        type=ComponentType.LIBRARY,
        group=purl.namespace,
        name=purl.name,
        version=purl.version,
        scope=scope,
        hashes=hashes,
        purl=purl,
        bom_ref=str(purl),
        properties=needed,
    )


def _integrity(text: str) -> HashType:
    """Read a digest as npm writes it: sha512-, and the bytes in base64."""
    return HashType(
        alg=HashAlgorithm.SHA_512, content=b64decode(text.removeprefix("sha512-")).hex()
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
