"""The frame of a page that stands alone: style, head, badges."""

from collections.abc import Iterable
from html import escape

_STYLE = """
body { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c1c1c;
       margin: 2rem auto; max-width: 100rem; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.6rem 0 .3rem; }
h3 { font-size: .95rem; margin: 1.2rem 0 .2rem; }
p { margin: .3rem 0; max-width: 62rem; } p.facts, small { color: #555; }
.simulated { background: #fff3cd; border: 1px solid #d6b656; padding: .3rem .7rem;
             display: inline-block; }
ul { margin: .2rem 0 .6rem; padding-left: 1.2rem; max-width: 62rem; } li { margin: .1rem 0; }
code { font: 600 12px ui-monospace, "DejaVu Sans Mono", monospace; }
table { border-collapse: collapse; }
.sum td, .sum th { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid #ddd; }
.sum th { font-weight: 600; border-bottom: 2px solid #888; vertical-align: bottom; }
.sum td:first-child, .sum th:first-child { text-align: left; }
.badge { display: inline-block; padding: 0 .45rem; border-radius: 3px; font-weight: 600;
         font-size: 12px; border: 1px solid; }
.good { color: #14532d; background: #e6f4ea; border-color: #8cc29b; }
.bad { color: #fff; background: #c62828; border-color: #c62828; }
.warn { color: #6b4e00; background: #fdf3d0; border-color: #d6b656; }
.none { color: #444; background: #eee; border-color: #bbb; }
.list { margin: .6rem 0 1rem; }
.list th { text-align: left; font-weight: 600; border-bottom: 2px solid #888;
           vertical-align: bottom; padding: .3rem 1.1rem .3rem 0; position: sticky; top: 0;
           background: #fff; }
.list td { border-bottom: 1px solid #e4e4e4; padding: .2rem 1.1rem .2rem 0; vertical-align: top; }
.list td small { display: block; font-size: 11.5px; line-height: 1.25; }
.list .tight { white-space: nowrap; }
.list .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.list tr.first td { border-top: 1px solid #999; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
"""Without it a telephone lays a page out for a desk and shrinks it."""


def document(title: str, parts: Iterable[str], *, style: str = "") -> str:
    """Return a page of simulated devices with a title, more ``style`` and the ``parts``."""
    named = f'<meta charset="utf-8">{VIEWPORT}<title>{escape(title)}</title>'
    head = f"{named}<style>{_STYLE}{style}</style>"
    body = "".join(parts)
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def badge(words: str, look: str) -> str:
    """Return a word on a coloured ground: good, bad, warn, none or error."""
    return f'<span class="badge {look}">{escape(words)}</span>'
