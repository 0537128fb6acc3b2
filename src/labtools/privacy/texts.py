"""Which columns of a lab's tables hold running text, in which a name may stand."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, ...]] = {
    "sources": ("title", "note"),
    "people": ("title", "note"),
    "reflections": ("text", "source"),
    "photos": ("place", "caption_sv", "caption_en", "alt_sv", "alt_en"),
    "segments": ("quote", "memo"),
    "summaries": ("summary",),
    "claims": ("text_sv", "text_en"),
    "observations": ("source", "note"),
}
"""By table of the contract; its key names the row."""
