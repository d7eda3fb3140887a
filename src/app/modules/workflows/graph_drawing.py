"""A graph for Graphviz, as SVG, and as PNG where Pillow (extra ``previews``) is installed."""

import io
from html import escape
from typing import Any

from app.modules.workflows.errors import GraphTooLarge, PngUnavailable
from app.modules.workflows.graph import GraphView
from app.modules.workflows.graph_layout import TALL, WIDE, Arrow, Point, fill, laid_out, visible, words

_LINE, _TITLE, _WORDS = "#555555", "#111111", "#333333"
# A PNG is drawn as large as screens of many dots want it, down to half of that for graphs of hundreds of stages.
_SCALES = (2, 1)
_MOST_PIXELS = 16_000_000
_STEPS = 24  # straight pieces of a curve


def as_dot(graph: GraphView) -> str:
    """Return the graph for Graphviz."""
    lines = [
        "digraph incident {",
        f"  label={_quoted(graph.name)};",
        "  rankdir=LR;",
        '  node [style="filled,rounded"];',
    ]
    for node in graph.nodes:
        shape = {"stage": "box", "simulations": "box3d", "outside": "plaintext"}[node.kind]
        label = "\n".join([node.title, *words(node)])
        lines.append(f"  {_quoted(node.id)} [label={_quoted(label)}, shape={shape}, fillcolor={_quoted(fill(node))}];")
    for edge in graph.edges:
        label = f" [label={_quoted(f'{edge.count} x')}]" if edge.count > 1 else ""
        lines.append(f"  {_quoted(edge.begin)} -> {_quoted(edge.end)}{label};")
    return "\n".join([*lines, "}", ""])


def as_svg(graph: GraphView) -> str:
    """Return the graph drawn."""
    layout = laid_out(graph)
    width, height = layout.width, layout.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(layout.name)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{_LINE}"/></marker></defs>',
    ]
    parts += [_svg_arrow(arrow) for arrow in layout.arrows]
    for box in layout.boxes:
        x, y, below = box.x, box.y, words(box.node)
        parts.append(
            f"<g><title>{escape(visible(' · '.join([box.node.title, *below])))}</title>"
            f'<rect x="{x}" y="{y}" width="{WIDE}" height="{TALL}" rx="4" fill="{fill(box.node)}" stroke="{_LINE}"/>'
            f'<text x="{x + 10}" y="{y + 19}" fill="{_TITLE}">{escape(box.title)}</text>'
            f'<text x="{x + 10}" y="{y + 36}" fill="{_WORDS}">{escape(", ".join(below))}</text></g>'
        )
    return "\n".join([*parts, "</svg>", ""])


def as_png(graph: GraphView) -> bytes:
    """Return the same drawing as pixels. Raises GraphTooLarge (422), PngUnavailable (501)."""
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise PngUnavailable("Pillow is not installed here") from None
    layout = laid_out(graph)
    pixels = layout.width * layout.height
    scale = next((one for one in _SCALES if pixels * one**2 <= _MOST_PIXELS), None)
    if scale is None:
        raise GraphTooLarge(f"it has {len(layout.boxes)} stages: {layout.width} x {layout.height} pixels")
    image = Image.new("RGB", (layout.width * scale, layout.height * scale), "#ffffff")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(12 * scale)
    for arrow in layout.arrows:
        _png_arrow(draw, font, arrow, scale)
    for box in layout.boxes:
        corners = [box.x * scale, box.y * scale, (box.x + WIDE) * scale, (box.y + TALL) * scale]
        draw.rounded_rectangle(corners, 4 * scale, fill=fill(box.node), outline=_LINE, width=scale)
        for down, text, colour in ((19, box.title, _TITLE), (36, visible(", ".join(words(box.node))), _WORDS)):
            draw.text(((box.x + 10) * scale, (box.y + down) * scale), text, colour, font, anchor="ls")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _quoted(text: str) -> str:
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _svg_arrow(arrow: Arrow) -> str:
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = arrow.points
    path = f"M{x1} {y1}C{x2} {y2} {x3} {y3} {x4} {y4}"
    x, y = arrow.label_at
    label = f'<text x="{x}" y="{y}" fill="{_WORDS}">{arrow.label}</text>' if arrow.label else ""
    return f'<path d="{path}" fill="none" stroke="{_LINE}" marker-end="url(#tip)"/>' + label


def _png_arrow(draw: Any, font: Any, arrow: Arrow, scale: int) -> None:
    way = [_on(arrow.points, step / _STEPS, scale) for step in range(_STEPS + 1)]
    draw.line(way, fill=_LINE, width=scale, joint="curve")
    (x3, y3), (x4, y4) = arrow.points[2:]
    x, y = x4 * scale, y4 * scale
    # A curve ends in the direction of its last two points: to the right, or down when it goes back.
    across, along = (4 * scale, 8 * scale)
    tip = [(x, y), (x - across, y - along), (x + across, y - along)]
    if abs(x4 - x3) > abs(y4 - y3):
        tip = [(x, y), (x - along, y - across), (x - along, y + across)]
    draw.polygon(tip, fill=_LINE)
    if arrow.label:
        draw.text((arrow.label_at[0] * scale, arrow.label_at[1] * scale), arrow.label, _WORDS, font, anchor="ls")


def _on(points: tuple[Point, Point, Point, Point], t: float, scale: int) -> Point:
    shares = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x = sum(share * point[0] for share, point in zip(shares, points, strict=True))
    y = sum(share * point[1] for share, point in zip(shares, points, strict=True))
    return round(x * scale), round(y * scale)
