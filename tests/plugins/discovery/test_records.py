"""What machines are told of the site and its stories."""

from __future__ import annotations

import pytest

from plugins.galleries.records import Photo
from tests.plugins.discovery.samples import make_made, make_publication

PHOTOS = {
    "pictures/crossing.jpg": Photo(source="pictures/crossing.jpg", made=make_made("crossing"))
}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        pytest.param("scene.svg", "https://example.org/pictures/scene.svg", id="drawing"),
        pytest.param(
            "crossing.jpg", "https://example.org/pictures/crossing-bbbbbbbbbb-1280.jpg", id="photo"
        ),
        pytest.param("broken.jpg", "", id="no file could be made"),
        pytest.param("", "", id="none"),
    ],
)
def test_address_of_a_picture(name, address):
    """A drawing is published as it is, of a photo the file for sharing."""
    assert make_publication(photos=PHOTOS).picture(name) == address
