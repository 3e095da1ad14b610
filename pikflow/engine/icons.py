"""Small pictures as SVG path data; markers of tasks fit 16 x 16, those of events are centred."""

# The kind of work, drawn in the top left corner of a task. Own drawings on a 16 x 16 field.
TASKS = {
    "userTask": (
        "M8 7.4a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8Z"
        "M2.4 14.4v-1.6c0-2.2 1.7-3.6 3.4-3.6h4.4c1.7 0 3.4 1.4 3.4 3.6v1.6Z"
    ),
    "manualTask": (
        "M2 8.2L5.6 4.4C6.2 3.8 7.2 4.5 6.8 5.3L6 6.6H12.6C13.6 6.6 13.6 8 12.6 8H9.4M12.6 8"
        "C13.4 8 13.4 9.4 12.4 9.4H9.4M12.2 9.4C12.9 9.4 12.8 10.7 12 10.7H9.4M11.6 10.7"
        "C12.2 10.7 12.1 12 11.4 12H5C3.2 12 2 10.8 2 9.4V8.2"
    ),
    "serviceTask": (
        "M8 5.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z"
        "M6.9 1.5h2.2l.4 1.8 1.2.5 1.6-1 1.5 1.5-1 1.6.5 1.2 1.8.4v2.2l-1.8.4-.5 1.2 1 1.6"
        "-1.5 1.5-1.6-1-1.2.5-.4 1.8H6.9l-.4-1.8-1.2-.5-1.6 1-1.5-1.5 1-1.6-.5-1.2"
        "-1.8-.4V7.5l1.8-.4.5-1.2-1-1.6 1.5-1.5 1.6 1 1.2-.5Z"
    ),
    "scriptTask": (
        "M4.2 1.5h8.3c-2.6 2 1.4 4.3-1 6.5s-1.2 4.5 0 6.5H3c-1.2-2-1.2-4.3 1.1-6.5"
        "s-1.4-4.7.1-6.5ZM5.4 4.8h4M5.6 8h4M4.7 11.2h4"
    ),
    "businessRuleTask": "M1.5 3h13v10h-13ZM1.5 6.2h13M1.5 9.6h13M5.5 6.2V13",
    "sendTask": "M1.5 3.5h13v9h-13ZL8 8.6l6.5-5.1",
    "receiveTask": "M1.5 3.5h13v9h-13ZM1.5 3.5L8 8.6l6.5-5.1",
}
FILLED_TASKS = frozenset({"sendTask"})

# What an event is about, around (0, 0), within a circle of radius 10.
EVENTS = {
    "message": "M-8-5.5H8v11H-8ZM-8-5.5L0 1.2 8-5.5",
    "timer": (
        "M-9.5 0a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0ZM0-6V0L4 2.3"
        "M0-9.5v2M0 9.5v-2M-9.5 0h2M9.5 0h-2"
    ),
    "error": "M-8 7L-3.5-7.5 2.8 1.8 7.5-7 3.2 7.8-3 -1.2Z",
    "signal": "M0-8.5L8.5 6.5H-8.5Z",
    "escalation": "M0-8.5L6.5 8 0 1.8-6.5 8Z",
    "conditional": "M-7-8H7V8H-7ZM-4.5-4.5h9M-4.5-1.5h9M-4.5 1.5h9M-4.5 4.5h9",
    "link": "M-8-3.5H2V-7.5L9 0 2 7.5V3.5H-8Z",
    "compensate": "M-8.5 0L0-6.5V6.5ZM0 0L8.5-6.5V6.5Z",
    "cancel": "M-7.5-4.5L-4.5-7.5 0-3 4.5-7.5 7.5-4.5 3 0 7.5 4.5 4.5 7.5 0 3-4.5 7.5-7.5 4.5-3 0Z",
    "terminate": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0Z",
}

# Around (0, 0), for a gateway with sides of 50.
GATEWAYS = {
    "exclusiveGateway": "M-8-9.5L8 9.5M8-9.5L-8 9.5",
    "parallelGateway": "M0-12V12M-12 0H12",
    "inclusiveGateway": "M-11.5 0a11.5 11.5 0 1 0 23 0a11.5 11.5 0 1 0-23 0Z",
    "eventBasedGateway": (
        "M-14 0a14 14 0 1 0 28 0a14 14 0 1 0-28 0ZM-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0Z"
        "M0-7.5L7.2-2.3 4.4 6.1H-4.4L-7.2-2.3Z"
    ),
    "complexGateway": "M0-12V12M-12 0H12M-8.5-8.5L8.5 8.5M8.5-8.5L-8.5 8.5",
}

# At the bottom of an activity, around (0, 0).
MARKERS = {
    "parallel": "M-5-6V6M0-6V6M5-6V6",
    "sequential": "M-6-5H6M-6 0H6M-6 5H6",
    "standard": "M3.5 5.5A6 6 0 1 0-2.5 5.7M-6.5 5.7H-2.3V1.5",
    "compensation": "M-7 0L-1-5V5ZM-1 0L5-5V5Z",
    "collapsed": "M-7-7H7V7H-7ZM0-4.5V4.5M-4.5 0H4.5",
}

DONE = "M-4.5 0L-1.2 3.4 4.8-3.2"  # a tick, in a circle of radius 9
CURRENT = "M-3.5-5L5 0-3.5 5Z"  # an arrow head, in a circle of radius 9
DATA = {
    "dataObjectReference": "M0 0H24L36 12V50H0ZM24 0V12H36",
    "dataStoreReference": (
        "M0 8C0 3 36 3 36 8V42C36 47 0 47 0 42ZM0 8C0 13 36 13 36 8M0 14C0 19 36 19 36 14"
    ),
}
