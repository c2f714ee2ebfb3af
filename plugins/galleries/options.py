"""What an album's head can ask for, besides what every album has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

YES_OR_NO: Mapping[str, Any] = {"choices": {"yes": True, "no": False}}


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryOptions:
    """Options of an album; each field is a key of its head, its metadata the words for values."""

    originals: bool = field(default=False, metadata=YES_OR_NO)
    """Offer the photos for download as they came, stripped of what the camera noted."""

    @classmethod
    def from_head(cls, values: Mapping[str, str]) -> GalleryOptions:
        """Read the options from a head's *values*; one that is no choice counts as not given."""
        given = {
            name: choices[values[name]]
            for name, choices in OPTIONS.items()
            if values.get(name) in choices
        }
        return cls(**given)


OPTIONS: Mapping[str, Mapping[str, Any]] = {
    item.name: item.metadata["choices"] for item in fields(GalleryOptions)
}
"""What the head may say of each option, and what that means."""
