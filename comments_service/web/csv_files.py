"""Gives a table as a file that a spreadsheet opens right, Chinese and all, and runs nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own encoding, such as GBK."""
RUNS = tuple("=+-@\t\r\n＝＋－＠")
"""What begins a formula in some spreadsheet (OWASP, "CSV Injection"); also in full width."""


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Give *rows* as a download called *name*, which has to be plain ASCII."""
    text = io.StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in (heads, *rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet might take for a formula, so that it is text."""
    is_formula = cell.startswith(RUNS) or cell.lstrip().startswith(RUNS)
    return f"'{cell}" if is_formula else cell
