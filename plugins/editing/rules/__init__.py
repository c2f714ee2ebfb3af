"""Everything that editors are told of: :data:`RULES`, each with its name.

A rule of prose is a pure function in a module beside this one and a line in PROSE; what whole files
are checked for stands in FILES, and its name in the check that finds it.
"""

from __future__ import annotations

from plugins.editing.rules.rule import Rule

FILES: tuple[Rule, ...] = ()
"""What heads, links, pictures, names and the campaign's data are checked for."""
PROSE: tuple[Rule, ...] = ()
"""What the words of texts and heads are looked through for, in this order."""
RULES: tuple[Rule, ...] = (*FILES, *PROSE)
