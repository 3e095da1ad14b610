"""The ways of one process while they change: who leads where, in the file and in memory alike."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pikflow.engine.editing.workpiece import Workpiece, bpmn_children, refers, refuse
from pikflow.engine.model import GATEWAYS, SUB_PROCESSES, Process
from pikflow.engine.reading import reference
from pikflow.engine.source import Element
from pikflow.engine.xml import PIK
from pikflow.texts import say


@dataclass
class Net:
    """`ends` are source and target of every way; `gone` are nodes that were taken out."""

    piece: Workpiece
    process: Process
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    _lists: bool = True

    @classmethod
    def of(cls, piece: Workpiece, process: Process) -> "Net":
        net = cls(piece, process)
        net.ends = {flow.id: (flow.source, flow.target) for flow in process.flows.values()}
        root = piece.source.root
        net._lists = not net.ends or any(e.local in ("incoming", "outgoing") for e in root.walk())
        return net

    def into(self, key: str) -> list[str]:
        return [flow for flow, (_, target) in self.ends.items() if target == key]

    def out_of(self, key: str) -> list[str]:
        return [flow for flow, (source, _) in self.ends.items() if source == key]

    def scope(self, parent: str | None) -> Element:
        return self.piece.element(parent or self.process.id)

    # --- ways -----------------------------------------------------------------------------------

    def connect(
        self,
        parent: str | None,
        source: str,
        target: str,
        *,
        name: str = "",
        condition: str = "",
    ) -> str:
        """A new way; returns its id."""
        piece = self.piece
        key = piece.free_id(f"Fluss_{source}_{target}"[:90])
        scope = self.scope(parent)
        named = {"name": name} if name else {}
        element = piece.make(
            scope, "sequenceFlow", id=key, **named, sourceRef=source, targetRef=target
        )
        flows = list(bpmn_children(scope, "sequenceFlow"))
        if flows:
            scope.insert(element, scope.content.index(flows[-1]) + 1)
        else:
            piece.put(scope, element, "node" if parent else "process")
        self.ends[key] = (source, target)
        self._note(source, "outgoing", key)
        self._note(target, "incoming", key)
        if condition:
            self.set_condition(key, condition)
        return key

    def set_condition(self, flow: str, text: str) -> None:
        element = self.piece.element(flow)
        self.piece.set_text(element, "conditionExpression", text, "sequenceFlow")
        made = next(bpmn_children(element, "conditionExpression"), None)
        if made is not None and not made.attributes:
            self.piece.formal(made)

    def lead(self, flow: str, *, source: str = "", target: str = "") -> None:
        """Change where a way begins or ends."""
        element = self.piece.element(flow)
        old_source, old_target = self.ends[flow]
        if source and source != old_source:
            self._forget(old_source, "outgoing", flow)
            self._undefault(old_source, flow)
            element.set("sourceRef", source)
            self._note(source, "outgoing", flow)
        if target and target != old_target:
            self._forget(old_target, "incoming", flow)
            element.set("targetRef", target)
            self._note(target, "incoming", flow)
        self.ends[flow] = (source or old_source, target or old_target)

    def cut(self, flow: str) -> None:
        """Take a way out."""
        source, target = self.ends.pop(flow)
        self._forget(source, "outgoing", flow)
        self._forget(target, "incoming", flow)
        self._undefault(source, flow)
        self.piece.drop(self.piece.element(flow))
        self._unreference({flow})

    def enter(self, flow: str, key: str) -> str:
        """Put a node on a way: the way leads to it, a new one from it on."""
        parent = self.process.flows[flow].parent if flow in self.process.flows else None
        target = self.ends[flow][1]
        self.lead(flow, target=key)
        return self.connect(parent, key, target)

    def _note(self, node: str, local: str, flow: str) -> None:
        if not self._lists or not self.piece.has(node):
            return
        element = self.piece.element(node)
        entry = self.piece.make(element, local)
        entry.write(flow)
        self.piece.put(element, entry)

    def _forget(self, node: str, local: str, flow: str) -> None:
        if not self.piece.has(node):
            return
        element = self.piece.element(node)
        for child in list(bpmn_children(element, local)):
            if reference(child.text) == flow:
                element.remove(child)

    def _undefault(self, node: str, flow: str) -> None:
        if self.piece.has(node) and refers(self.piece.element(node), "default") == flow:
            self.piece.element(node).drop("default")

    # --- nodes ----------------------------------------------------------------------------------

    def bypass(self, key: str) -> None:
        """The ways into a node lead to what follows it; the way out of it goes."""
        out = self.out_of(key)
        target = self.ends[out[0]][1]
        for flow in self.into(key):
            if self.ends[flow][0] == target:
                node = self.process.nodes[key]
                raise refuse(
                    "edit-ring",
                    say("Ohne „{name}“ führt ein Weg im Kreis auf sich selbst.", name=node.label),
                    say("Führen Sie zuerst den Weg, der zurückführt, zu einem anderen Schritt."),
                )
            self.lead(flow, target=target)
        self.cut(out[0])

    def take_out(self, keys: Iterable[str]) -> None:
        """Remove nodes with what hangs on them: border events, insides, ways, references."""
        everything: set[str] = set()
        for key in keys:
            everything |= {key, *self._hanging(key)}
        for flow, (source, target) in list(self.ends.items()):
            if (source in everything or target in everything) and self.piece.has(flow):
                self.cut(flow)
        for key in everything:
            if self.piece.has(key):
                self.piece.drop(self.piece.element(key))
        self.ends = {f: e for f, e in self.ends.items() if self.piece.has(f)}
        self.gone |= everything
        self._unreference(everything)

    def _hanging(self, key: str) -> set[str]:
        found = {event.id for event in self.process.boundaries(key)}
        node = self.process.nodes.get(key)
        if node is not None and node.kind in SUB_PROCESSES:
            for inner in self.process.inside(key):
                found |= {inner.id, *self._hanging(inner.id)}
            found |= {f.id for f in self.process.flows.values() if f.parent == key}
        return found

    def _unreference(self, keys: set[str]) -> None:
        """Nothing may point at what is gone: lanes, dotted lines, messages, four-eyes lists."""
        for element in list(self.piece.source.root.walk()):
            local = element.local
            if local == "flowNodeRef" and reference(element.text) in keys:
                self.piece.drop(element)
            elif local in ("association", "messageFlow"):
                if {refers(element, "sourceRef"), refers(element, "targetRef")} & keys:
                    self.piece.drop(element)
            elif four := element.attribute("fourEyes", PIK):
                names = [name.strip() for name in four.value.split(",")]
                kept = [name for name in names if name not in keys]
                if kept != names:
                    self.piece.set_own(element, "fourEyes", ", ".join(kept) or None)
                    self.piece.notes.append(
                        say(
                            "Das Vier-Augen-Prinzip an „{name}“ nannte einen entfernten Schritt.",
                            name=element.get("name") or element.get("id") or "",
                        )
                    )

    # --- what can be come to ----------------------------------------------------------------------

    def reached(self, parent: str | None) -> set[str]:
        """The nodes of a scope a token can come to, as the ways are now."""
        nodes = [n for n in self.process.inside(parent) if n.id not in self.gone]
        entered = {flow.target for flow in self.process.flows.values()}
        queue = [
            node.id
            for node in nodes
            if node.kind == "startEvent" or (node.id not in entered and node.attached_to is None)
        ]
        following: dict[str, list[str]] = {node.id: [] for node in nodes}
        for source, target in self.ends.values():
            following.setdefault(source, []).append(target)
        for node in nodes:
            if node.attached_to:
                following.setdefault(node.attached_to, []).append(node.id)
                following[node.id] += [h.id for h in self.process.handlers(node)]
            following[node.id] += [end.id for end in self.process.linked(node)]
        found: set[str] = set()
        while queue:
            key = queue.pop()
            if key not in found:
                found.add(key)
                queue += following.get(key, ())
        return found - self.gone

    def sweep(self, parent: str | None, before: set[str]) -> None:
        """Take out what could be come to before and can't now, and gateways left with one way."""
        while True:
            lost = before - self.reached(parent) - self.gone
            self.take_out(key for key in lost if key in self.process.nodes)
            if not self._dissolve(parent):
                return

    def _dissolve(self, parent: str | None) -> bool:
        for node in self.process.inside(parent):
            if node.id in self.gone or node.kind not in GATEWAYS:
                continue
            into, out = self.into(node.id), self.out_of(node.id)
            touched = (len(into), len(out)) != (len(node.incoming), len(node.outgoing))
            if not touched or len(into) != 1 or len(out) != 1:
                continue
            source, target = self.ends[into[0]][0], self.ends[out[0]][1]
            if source == target or node.id in (source, target):
                continue
            self.lead(into[0], target=target)
            self.take_out([node.id])
            return True
        return False
