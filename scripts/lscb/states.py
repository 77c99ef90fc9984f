"""What a publication may be, and how every page and export says it."""

from collections.abc import Mapping

DRAFT, SIGNED = "draft", "signed"


def state_said(about: Mapping[str, str]) -> str:
    """Whether a publication is signed off, and by whom; of its own items."""
    if about["state"] == SIGNED:
        return f"Signed off by the {about['signed_by']}, {about['signed_on']}."
    return "Draft: not signed off."
