"""Listeners are told in order; their faults stay their own."""

import pytest

from pikflow.signals import Signal, Signals


def test_a_fault_of_one_listener_is_logged_and_the_next_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard = []
    signal = Signal("news", "number")

    @signal.connect
    def broken(**news: str) -> None:
        heard.append("broken")
        raise RuntimeError("personal trouble")

    @signal.connect
    def fine(number: str) -> None:
        heard.append(number)

    signal.send(number="1")
    assert heard == ["broken", "1"]
    assert "A listener of news failed" in caplog.text
    signal.disconnect(broken)
    signal.disconnect(broken)
    signal.send(number="2")
    assert heard == ["broken", "1", "2"]


def test_every_signal_says_what_it_brings() -> None:
    for signal in vars(Signals()).values():
        assert signal.name and signal.meaning
