"""Where the nodes of a graph stand: columns by the longest way from a start; what goes back is an arc above."""

from collections import Counter
from dataclasses import dataclass

from app.modules.workflows.graph import GraphEdge, GraphNode, GraphView

WIDE, TALL = 190, 46
_GAP_X, _GAP_Y = 70, 22
_FILL = {"failed": "#e9a9a9", "timed_out": "#e9a9a9", "lost": "#e9a9a9", "running": "#f2c48a", "completing": "#f2c48a"}
_DONE_FILL, _PLAIN_FILL = "#b9d8b5", "#ffffff"
_TITLE_LENGTH = 26

Point = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """A node: its upper left corner and what stands in it."""

    node: GraphNode
    x: int
    y: int

    @property
    def title(self) -> str:
        """Return its first line, cut to fit."""
        title = self.node.title
        return visible(title if len(title) <= _TITLE_LENGTH else f"{title[: _TITLE_LENGTH - 1]}…")


@dataclass(frozen=True)
class Arrow:
    """An edge: a cubic Bezier curve of four points, with the words on it and where they stand."""

    points: tuple[Point, Point, Point, Point]
    label: str
    label_at: Point


@dataclass(frozen=True)
class Layout:
    """A graph as it is drawn, in pixels."""

    name: str
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]


def laid_out(graph: GraphView) -> Layout:
    """Return where everything of a graph stands."""
    columns, back = _columns(graph)
    used: Counter[int] = Counter()
    place: dict[str, Box] = {}
    for node in graph.nodes:
        column = columns[node.id]
        place[node.id] = Box(node, 8 + column * (WIDE + _GAP_X), 36 + used[column] * (TALL + _GAP_Y))
        used[column] += 1
    return Layout(
        name=visible(graph.name),
        width=16 + max(used, default=0) * (WIDE + _GAP_X) + WIDE,
        height=44 + max(used.values(), default=1) * (TALL + _GAP_Y),
        boxes=list(place.values()),
        arrows=[_arrow(e, place[e.begin], place[e.end], back=(e.begin, e.end) in back) for e in graph.edges],
    )


def words(node: GraphNode) -> list[str]:
    """Return what stands below a node's title."""
    if node.count == 0:
        return []
    return [node.state or "", *([f"{node.count} runs"] if node.count > 1 else []), f"{node.seconds:.3g} s"]


def fill(node: GraphNode) -> str:
    """Return the colour of a node."""
    return _FILL.get(node.state or "", _DONE_FILL if node.state == "succeeded" else _PLAIN_FILL)


def visible(text: str) -> str:
    """Return text without what is no character in XML and moves the cursor on a terminal."""
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)


def _arrow(edge: GraphEdge, begin: Box, end: Box, *, back: bool) -> Arrow:
    points: tuple[Point, Point, Point, Point]
    if back:
        x1, y1, x2, y2 = begin.x + WIDE // 2, begin.y, end.x + WIDE // 2 - 12, end.y
        top = min(y1, y2) - 24
        points = (x1, y1), (x1, top), (x2, top), (x2, y2)
    else:
        x1, y1, x2, y2 = begin.x + WIDE, begin.y + TALL // 2, end.x, end.y + TALL // 2
        points = (x1, y1), (x1 + _GAP_X // 2, y1), (x2 - _GAP_X // 2, y2), (x2, y2)
    return Arrow(points, str(edge.count) if edge.count > 1 else "", ((x1 + x2) // 2, (y1 + y2) // 2 - 4))


def _columns(graph: GraphView) -> tuple[dict[str, int], set[tuple[str, str]]]:
    sends: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        sends[edge.begin].append(edge.end)
    back = _going_back(sends)
    columns = dict.fromkeys(sends, 0)
    for _ in sends:  # forward edges have no cycle, so as many rounds as nodes are enough
        before = dict(columns)
        for begin, ends in sends.items():
            for end in ends:
                if (begin, end) not in back:
                    columns[end] = max(columns[end], columns[begin] + 1)
        if columns == before:
            break
    return columns, back


def _going_back(sends: dict[str, list[str]]) -> set[tuple[str, str]]:
    back: set[tuple[str, str]] = set()
    done: set[str] = set()
    for root in sends:
        if root in done:
            continue
        way, stack = {root}, [(root, iter(sends[root]))]
        while stack:
            node, following = stack[-1]
            for to in following:
                if to in way:
                    back.add((node, to))
                elif to not in done:
                    way.add(to)
                    stack.append((to, iter(sends[to])))
                    break
            else:
                stack.pop()
                way.discard(node)
                done.add(node)
    return back
