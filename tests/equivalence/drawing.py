"""A tree of blocks as BPMN that our engine and SpiffWorkflow's own parser both take.

Expressions are in what the two languages share. Every gateway is decided by the answer of the task
right before it, every timer has a duration of its own and every wait is begun by a task, so no
step depends on the order in which an engine looks at things that happen at the same instant.
"""

from .blocks import Block
from .pen import SIGNALS, Drawing, Pen

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D" targetNamespace="urn:test">'
)
Ends = tuple[str, str]


def drawn(tree: Block) -> Drawing:
    """The drawing of a tree; its process is p."""
    pen = Pen()
    _process(pen, "p", tree)
    xml = f"{_HEAD}{''.join(pen.outer)}{''.join(pen.processes)}</definitions>"
    pen.drawing.xml = xml.encode()
    return pen.drawing


def _process(pen: Pen, key: str, block: Block) -> str:
    body = _Scope(pen).whole(block)
    pen.processes.append(f'<process id="{key}" isExecutable="true">{body}</process>')
    return key


class _Scope:
    """The nodes and flows of one process or sub-process."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._name = pen.name
        self._xml: list[str] = []

    def whole(self, block: Block) -> str:
        first, last = self.block(block)
        self._flow(self._node("startEvent", "a"), first)
        self._flow(last, self._end())
        return "".join(self._xml)

    def block(self, block: Block) -> Ends:
        ends: Ends = getattr(self, f"_{block.kind}")(block)
        return ends

    def _node(self, tag: str, letter: str, inner: str = "", **attributes: str) -> str:
        key = self._name(letter)
        self._pen.written(key)
        words = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self._xml.append(f'<{tag} id="{key}"{words}>{inner}</{tag}>')
        return key

    def _flow(self, source: str, target: str, condition: str = "", *, key: str = "") -> None:
        inner = (
            f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>'
            if condition
            else ""
        )
        self._xml.append(
            f'<sequenceFlow id="{key or self._name("f")}" sourceRef="{source}" '
            f'targetRef="{target}">{inner}</sequenceFlow>'
        )

    def _end(self, inner: str = "") -> str:
        return self._node("endEvent", "z", inner)

    def _ask(self) -> str:
        return self._node("userTask", "q")

    def _gateway(self, tag: str, default: str = "") -> str:
        return self._node(tag, "g", **({"default": default} if default else {}))

    def _task(self, _block: Block) -> Ends:
        key = self._node("userTask", "t")
        return key, key

    def _script(self, _block: Block) -> Ends:
        name = self._name("w")
        self._pen.written(name)
        key = self._node("scriptTask", "s", f"<script>{name} = k1 * 2 + k2</script>")
        return key, key

    def _catch(self, kind: str) -> Ends:
        first = self._ask()
        key = self._node("intermediateCatchEvent", "c", self._pen.event(kind))
        self._flow(first, key)
        return first, key

    def _timer(self, _block: Block) -> Ends:
        return self._catch("timer")

    def _signal(self, _block: Block) -> Ends:
        return self._catch("signal")

    def _message(self, _block: Block) -> Ends:
        first = self._ask()
        key = self._node("receiveTask", "c", messageRef=self._pen.declared("message"))
        self._flow(first, key)
        return first, key

    def _throw(self, _block: Block) -> Ends:
        first = self._ask()
        key = self._node("intermediateThrowEvent", "o", self._thrown())
        self._flow(first, key)
        return first, key

    def _race(self, block: Block) -> Ends:
        """An event-based gateway: the first event decides which block comes."""
        ask = self._ask()
        gateway, meeting = self._gateway("eventBasedGateway"), self._gateway("exclusiveGateway")
        self._pen.drawing.unnoted.add(gateway)
        self._flow(ask, gateway)
        for kind, part in zip(block.how, block.inner, strict=True):
            event = self._node("intermediateCatchEvent", "c", self._pen.event(kind))
            first, last = self.block(part)
            self._flow(gateway, event)
            self._flow(event, first)
            self._flow(last, meeting)
        return ask, meeting

    def _thrown(self) -> str:
        return self._pen.event("signal", SIGNALS[self._pen.count % 3])

    def _exit(self, block: Block) -> Ends:
        ask, stay = self._ask(), self._name("f")
        gateway = self._gateway("exclusiveGateway", stay)
        after = self._script(block)[0]
        inner = "<terminateEventDefinition/>" if "terminate" in block.how else ""
        self._pen.drawing.terminates |= bool(inner)
        self._flow(ask, gateway)
        self._flow(gateway, self._end(inner), f"{ask} % 3 == 1")
        self._flow(gateway, after, key=stay)
        return ask, after

    def _sequence(self, block: Block) -> Ends:
        parts = [self.block(part) for part in block.inner]
        for (_, last), (first, _) in zip(parts, parts[1:], strict=False):
            self._flow(last, first)
        return parts[0][0], parts[-1][1]

    def _split(self, block: Block, tag: str, condition: str) -> Ends:
        """A gateway with one branch per inner block, and the same kind of gateway behind them."""
        default = self._name("f") if condition else ""
        ask = self._ask() if condition else ""
        opened, closed = self._gateway(tag, default), self._gateway(tag)
        if ask:
            self._flow(ask, opened)
        for number, part in enumerate(block.inner):
            first, last = self.block(part)
            if number or not condition:
                test = condition and f"{ask} % 4 {condition} {number}"
                self._flow(opened, first, test)
            else:
                self._flow(opened, first, key=default)
            self._flow(last, closed)
        return ask or opened, closed

    def _xor(self, block: Block) -> Ends:
        return self._split(block, "exclusiveGateway", "==")

    def _and(self, block: Block) -> Ends:
        return self._split(block, "parallelGateway", "")

    def _or(self, block: Block) -> Ends:
        return self._split(block, "inclusiveGateway", "&gt;=")

    def _loop(self, block: Block) -> Ends:
        """Again on every third answer, asked before the block or after it."""
        first, last = self.block(block.inner[0])
        out = self._name("f")
        begin, ask = self._gateway("exclusiveGateway"), self._ask()
        gateway = self._gateway("exclusiveGateway", out)
        leave = self._script(block)[0]
        asked_first = "before" in block.how
        self._flow(begin, ask if asked_first else first)
        self._flow(ask, gateway)
        self._flow(gateway, first if asked_first else begin, f"{ask} % 3 == 1")
        self._flow(gateway, leave, key=out)
        self._flow(last, begin if asked_first else ask)
        return begin, leave

    def _inner(self, block: Block) -> str:
        return _Scope(self._pen).whole(block)

    def _sub(self, block: Block, extra: str = "") -> Ends:
        key = self._node("subProcess", "u", extra + self._inner(block.inner[0]))
        return key, key

    def _call(self, block: Block, extra: str = "") -> Ends:
        called = _process(self._pen, self._name("p"), block.inner[0])
        key = self._node("callActivity", "v", extra, calledElement=called)
        return key, key

    def _fault(self, block: Block) -> Ends:
        """A sub-process that may end with an error, which its border takes."""
        event = self._pen.event("error")
        inner = _Scope(self._pen)
        self._pen.fragile += 1
        first, last = inner.block(block.inner[0])
        ask, fine = inner._ask(), inner._name("f")
        gateway = inner._gateway("exclusiveGateway", fine)
        inner._flow(inner._node("startEvent", "a"), first)
        inner._flow(last, ask)
        inner._flow(ask, gateway)
        inner._flow(gateway, inner._end(event), f"{ask} % 2 == 1")
        inner._flow(gateway, inner._end(), key=fine)
        self._pen.fragile -= 1
        key = self._node("subProcess", "u", "".join(inner._xml))
        self._pen.drawing.unnoted.add(key)
        border = self._node("boundaryEvent", "b", event, attachedToRef=key)
        after = self.block(block.inner[1]) if len(block.inner) > 1 else self._script(block)
        return self._merged(key, border, after)

    def _merged(self, key: str, border: str, path: Ends) -> Ends:
        meeting = self._gateway("exclusiveGateway")
        self._flow(border, path[0])
        self._flow(path[1], meeting)
        self._flow(key, meeting)
        return key, meeting

    def _border(self, block: Block) -> Ends:
        host, path = block.inner
        stays = "stays" in block.how
        event = self._pen.event(block.how[0], f"B{min(self._pen.bordered, 1)}")
        self._pen.bordered += block.how[0] == "signal"
        self._pen.fragile += not stays
        key, last = self.block(host)
        self._pen.fragile -= not stays
        self._pen.bordered -= block.how[0] == "signal"
        flag = "false" if stays else "true"
        border = self._node("boundaryEvent", "b", event, attachedToRef=key, cancelActivity=flag)
        if block.how[0] == "cycle":
            self._pen.drawing.unnoted.add(border)
        elif stays and block.how[0] != "timer":
            self._pen.drawing.repeating.add(border)
        after = self.block(path)
        if "joins" in block.how:
            return self._merged(key, border, after)
        self._flow(border, after[0])
        self._flow(after[1], self._end())
        return key, last

    def _many(self, block: Block) -> Ends:
        order, form, *until = block.how
        (activity,) = block.inner
        source = ("l2", "l3", "l3", "l0")[self._pen.count % 4] if form != "count" else ""
        what = self._items(source, form) if source else "<loopCardinality>3</loopCardinality>"
        if until:
            asked = f"t{self._pen.count + 1}"
            what += f"<completionCondition>{asked} % 3 == 1</completionCondition>"
        loop = (
            f'<multiInstanceLoopCharacteristics isSequential="{str(order == "sequential").lower()}"'
            f">{what}</multiInstanceLoopCharacteristics>"
        )
        self._pen.instances += 1
        if activity.kind == "task":
            key = self._node("userTask", "t", loop)
        elif activity.kind == "sub":
            key, _ = self._sub(activity, loop)
        else:
            key, _ = self._call(activity, loop)
        self._pen.instances -= 1
        if form == "count":
            self._pen.drawing.counted.add(key)
        if form == "output":
            self._pen.drawing.lost.add(key)
            self._pen.drawing.outputs[key] = f"o{self._pen.drawing.items[-1]}"
        if source == "l0":
            self._pen.drawing.unnoted.add(key)
        return key, key

    def _items(self, source: str, form: str) -> str:
        item = self._name("i")
        self._pen.drawing.items.append(item)
        output, entry = "", ""
        if form == "output":
            self._pen.written(f"r{item}")
            output = f"<loopDataOutputRef>r{item}</loopDataOutputRef>"
            entry = f'<outputDataItem id="o{item}"/>'
        entry = f'<inputDataItem id="{item}"/>{entry}'
        return f"<loopDataInputRef>{source}</loopDataInputRef>{output}{entry}"
