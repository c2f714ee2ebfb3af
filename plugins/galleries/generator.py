"""Writes the pages of albums and of their photos."""

from __future__ import annotations

from datetime import date
from typing import Any

from pelican.generators import Generator

from plugins.galleries.albums import Album


class AlbumsGenerator(Generator):
    """Writes a page an album and a page a photo; albums are read before, as stories show them."""

    def generate_context(self) -> None:
        """Have nothing to add: handlers offer the albums to every template."""

    def generate_output(self, writer: Any) -> None:
        """Write every page."""
        for album in self.settings["ALBUMS"]:
            self._write_album(writer, album)
            for number in range(len(album.photos)):
                self._write_photo(writer, album, number)

    def _write_album(self, writer: Any, album: Album) -> None:
        themes = {theme.slug: theme for theme in self.context["themes"]}
        self._write(writer, "album", album.address, album=album, theme=themes.get(album.theme))

    def _write_photo(self, writer: Any, album: Album, place: int) -> None:
        photo = album.photos[place]
        before, after = album.photos[:place], album.photos[place + 1 :]
        self._write(
            writer,
            "photo",
            photo.address,
            album=album,
            photo=photo,
            number=place + 1,
            previous=before[-1] if before else None,
            next=after[0] if after else None,
            taken=date.fromisoformat(photo.taken) if photo.taken else None,
            original=self.settings["ORIGINALS"].get(photo.photo.source, ""),
        )

    def _write(self, writer: Any, template: str, address: str, **values: object) -> None:
        name = f"{address.strip('/')}/index.html"
        page = self.get_template(template)
        writer.write_file(name, page, self.context, url=address.lstrip("/"), **values)
