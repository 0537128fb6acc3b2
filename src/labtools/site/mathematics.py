r"""Mathematics in LaTeX → MathML, which browsers draw without a script.

What cannot be converted stands as it was written, as code, with a note.
"""

from __future__ import annotations

import re
from html import escape

from latex2mathml.converter import convert
from lxml import etree

_LONG = 40  # letters; a longer formula in a line scrolls by itself on a narrow screen
_NUMBERED = re.compile(r"^(equation|align|gather|multline|eqnarray|displaymath|math)(\*?)$")
_AS_TABLE = {"eqnarray": "align", "multline": "gather"}


def format_formula(source: str, *, display: bool, name: str, note: str) -> str:
    r"""A formula as HTML, alone on its line or within one.

    name: what a screen reader calls a formula that scrolls; note: what stands beside one that
    cannot be converted.

    >>> format_formula(r"x < \unknown", display=False, name="Formula", note="as written")
    '<code>x &lt; \\unknown</code> <span class="label">as written</span>'
    """
    try:
        found = _convert(source, display=display)
    except Exception:  # of many kinds, for whatever TeX the converter does not know
        found = ""
    if not found:
        return f'<code>{escape(source.strip())}</code> <span class="label">{escape(note)}</span>'
    if not display and len(source) <= _LONG:
        return found
    kind = "formula display" if display else "formula"
    return f'<span class="{kind}" role="region" tabindex="0" aria-label="{name}">{found}</span>'


def format_environment(name: str, body: str) -> str:
    r"""A LaTeX environment of its own as a formula's source: one that only numbers is left out.

    >>> format_environment("equation", " x ")
    ' x '
    >>> format_environment("eqnarray*", "x &= y")
    '\\begin{align*}x &= y\\end{align*}'
    """
    known = _NUMBERED.match(name)
    if known and known[1] in ("equation", "displaymath", "math"):
        return body
    if known:
        name = _AS_TABLE.get(known[1], known[1]) + known[2]
    return f"\\begin{{{name}}}{body}\\end{{{name}}}"


def _convert(source: str, *, display: bool) -> str:
    """MathML with every element closed; "" where a command was not understood."""
    written = convert(source.strip(), display="block" if display else "inline")
    root = etree.fromstring(written)
    texts = [element.text or "" for element in root.iter()]
    if any("\\" in text for text in texts) or not "".join(texts).strip():
        return ""
    for element in root.iter():
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode", method="html"))
