"""What a drawing is made of, and what hands out its names."""

from dataclasses import dataclass, field

SIGNALS = ("S", "B0", "B1")  # of intermediate events, and of borders by how deep they stand


@dataclass
class Drawing:
    """The XML of a tree, and what a comparison has to know about it.

    `items` are the local names of its multi-instances, `outputs` the output item of a task that
    has one, `counted` the tasks that have a number of instances instead. `unnoted` are elements
    that only one side tells of when they are through, `repeating` the borders that go on listening
    after a message or signal, `lost` the names written in scopes that may be interrupted,
    `copied` those written by several instances; `terminates` says that an end may cut a scope.
    """

    xml: bytes = b""
    items: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    unnoted: set[str] = field(default_factory=set)
    repeating: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)
    terminates: bool = False


class Pen:
    """Hands out names and gathers what stands beside the process that is being drawn.

    `fragile`, `bordered` and `instances` count the hosts around that may be interrupted, those
    with a signal at their border, and the multi-instances.
    """

    def __init__(self) -> None:
        self.drawing = Drawing()
        self.processes: list[str] = []
        self.outer = [f'<signal id="{name}" name="{name}"/>' for name in SIGNALS]
        self.count = self.fragile = self.bordered = self.instances = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def written(self, name: str) -> None:
        if self.fragile:
            self.drawing.lost.add(name)
        if self.instances:
            self.drawing.copied.add(name)

    def event(self, kind: str, signal: str = "S") -> str:
        """An event definition of this kind; no two timers fall due at the same minute."""
        if kind == "signal":
            return f'<signalEventDefinition signalRef="{signal}"/>'
        if kind in ("message", "error"):
            return f'<{kind}EventDefinition {kind}Ref="{self.declared(kind)}"/>'
        tag, text = ("Cycle", "R2/P2DT") if kind == "cycle" else ("Duration", "P2DT")
        return (
            f'<timerEventDefinition><time{tag} xsi:type="tFormalExpression">'
            f'"{text}{self.name("")}M"</time{tag}></timerEventDefinition>'
        )

    def declared(self, kind: str) -> str:
        """The name of a message or error of its own."""
        key = self.name(kind[0].upper())
        code = f' errorCode="{key}"' if kind == "error" else ""
        self.outer.append(f'<{kind} id="{key}" name="{key}"{code}/>')
        return key
