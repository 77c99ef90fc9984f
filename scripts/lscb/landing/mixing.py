"""The synthetic sample and what agencies sent are never counted together."""

from lscb.landing.engine import SYNTHETIC_MARK
from lscb.landing.ledger import Ledger
from lscb.landing.names import files_sent
from lscb.settings import Settings


def what_is_mixed(settings: Settings) -> str | None:
    """A sentence where landing and the lake hold both, or None.

    All below a landing folder with the sample's mark is synthetic, whoever put it there
    (and is published as such).
    """
    ledger = Ledger(settings.lake)
    held = {
        entry.is_synthetic
        for entry in ledger.entries.values()
        if entry.records_removed_on is None
    }
    sent = set()
    if any(files_sent(settings.landing)):
        sent.add((settings.landing / SYNTHETIC_MARK).exists())
    if held | sent != {True, False}:
        return None
    if held == {True, False}:
        return (
            f"The lake {settings.lake} holds the synthetic sample beside files that"
            " agencies sent, and figures of both must not be added up. Remove the lake,"
            " or name another with LSCB_LAKE, and land what agencies sent again."
        )
    if True in held:
        return (
            f"The lake {settings.lake} holds the synthetic sample, and"
            f" {settings.landing} what agencies sent: figures of both must not be added"
            " up. Remove the lake (`make purge`), or name another with LSCB_LAKE."
        )
    return (
        f"{settings.landing} holds the synthetic sample, and the lake {settings.lake}"
        " what agencies sent: figures of both must not be added up. Take the sample out"
        " of landing, or name another landing with LSCB_LANDING."
    )
