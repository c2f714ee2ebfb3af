"""The reading of a trace: only a sync between the write and the answer counts."""

from __future__ import annotations

import pytest

from chaos.acknowledgements import is_sure, read
from chaos.stage import ChaosError

ASKED = '7 recvfrom(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, "POST text=probe-0-1-end", 99) = 23'
WRITTEN = '8 pwrite64(4</x.db-wal>, "\\0probe-0-1-end", 4096, 32) = 4096'
SYNCED = "8 fdatasync(4</x.db-wal>) = 0"
OTHER = "8 fdatasync(5</y.db-wal>) = 0"
FAILED = "8 fdatasync(4</x.db-wal>) = -1 EIO (Input/output error)"
SENT = '7 writev(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, [{iov_base="HTTP/1.1 303 See Other"}], 1) = 1'
BEGUN, ENDED = "8 fdatasync(4</x.db-wal> <unfinished ...>", "8 <... fdatasync resumed>) = 0"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([ASKED, WRITTEN, SYNCED, SENT], True, id="in order"),
        pytest.param([ASKED, WRITTEN, BEGUN, ENDED, SENT], True, id="interrupted call"),
        pytest.param([ASKED, WRITTEN, SENT, SYNCED], False, id="synced too late"),
        pytest.param([ASKED, WRITTEN, BEGUN, SENT, ENDED], False, id="sent while it syncs"),
        pytest.param([ASKED, SYNCED, WRITTEN, SENT], False, id="synced before"),
        pytest.param([ASKED, BEGUN, WRITTEN, ENDED, SENT], False, id="written while it syncs"),
        pytest.param([ASKED, WRITTEN, OTHER, SENT], False, id="another file"),
        pytest.param([ASKED, WRITTEN, FAILED, SENT], False, id="sync that failed"),
        pytest.param([ASKED, SENT], False, id="never written"),
    ],
)
def test_order_of_calls(lines, expected):
    """A receipt is sure when its message was written and then synced before it was sent."""
    assert is_sure(list(read(f"{line}\n" for line in lines)), "probe-0-1-end") is expected


def test_message_that_the_trace_lacks():
    """What nobody saw being sent is told of, and not counted either way."""
    with pytest.raises(ChaosError, match="probe-0-2-end"):
        is_sure(list(read([ASKED, WRITTEN, SYNCED, SENT])), "probe-0-2-end")
