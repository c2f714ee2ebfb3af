"""Data out and back: everything an operator owns, as a file, and such a file into a database.

Left out are secrets (passwords, second factors, recovery codes), log-ins, invitations, links in
mail, notices that wait, and what only guards the door (throttles, proofs).
"""

from comments_service.exchange.incoming import bring_in
from comments_service.exchange.intake import Counts, Totals
from comments_service.exchange.outgoing import write_out

__all__ = ["Counts", "Totals", "bring_in", "write_out"]
