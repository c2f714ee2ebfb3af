"""The list of all faults; a newcomer's is one file beside this and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from chaos import (
    acknowledgements,
    clock_jumps,
    database_gone,
    failover,
    forged_addresses,
    full_database,
    full_folders,
    hostile_requests,
    killed_publisher,
    killed_service,
    mail_gone,
    slow_clients,
    work_bombs,
)
from chaos.rows import Fault

FAULTS: Mapping[str, Fault] = {
    "kill-service": killed_service.run,
    "kill-service-postgresql": killed_service.run_on_postgresql,
    "acknowledgements": acknowledgements.run,
    "kill-publisher": killed_publisher.run,
    "full-database": full_database.run,
    "full-folders": full_folders.run,
    "database-gone": database_gone.run,
    "mail-gone": mail_gone.run,
    "clock-jumps": clock_jumps.run,
    "failover": failover.run,
    "slow-clients": slow_clients.run,
    "forged-addresses": forged_addresses.run,
    "hostile-requests": hostile_requests.run,
    "work-bombs": work_bombs.run,
}
"""Every fault by the name that `./run chaos --only NAME` takes, in the order in which they run."""
