"""A signal waits for the end of a step, and then does what it would have done."""

import _thread
import signal
import threading

import pytest

from common import interrupts
from common.interrupts import STOPPING, StopSignals

DEFAULTS = {
    signal.SIGINT: (signal.default_int_handler, KeyboardInterrupt, ()),
    signal.SIGTERM: (signal.SIG_DFL, SystemExit, (143,)),
}
if hasattr(signal, "SIGHUP"):
    DEFAULTS[signal.SIGHUP] = (signal.SIG_DFL, SystemExit, (129,))


@pytest.fixture(autouse=True)
def handlers():
    """Each test starts with Python's own handlers, and leaves what it found."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    for number in STOPPING:
        signal.signal(number, DEFAULTS[number][0])
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_three():
    assert [*DEFAULTS] == STOPPING


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_waits_and_then_stops(number):
    handler, kind, arguments = DEFAULTS[number]
    seen = []

    def steps():
        with StopSignals() as signals:
            for also in number, number, signal.SIGTERM:  # the first counts
                signal.raise_signal(also)
                seen.append(signals.asked)

    with pytest.raises(kind) as raised:
        steps()
    assert seen == [number] * 3
    assert raised.value.args == arguments
    assert signal.getsignal(number) == handler


def test_without_a_signal_nothing_happens():
    with StopSignals() as signals:
        assert all(signal.getsignal(number) == signals.hear for number in STOPPING)
    assert signals.asked is None
    assert [signal.getsignal(n) for n in STOPPING] == [h for h, _, _ in DEFAULTS.values()]


def test_what_the_program_ignores_stays_ignored():
    """As after nohup, and as a shell does for what runs in the background."""
    signal.signal(STOPPING[-1], signal.SIG_IGN)
    with StopSignals() as signals:
        signal.raise_signal(STOPPING[-1])
        assert signals.asked is None
    assert signal.getsignal(STOPPING[-1]) == signal.SIG_IGN


def test_a_handler_of_the_program_is_called_at_the_end():
    calls = []
    signal.signal(signal.SIGTERM, lambda *given: calls.append(given))

    def steps():
        with StopSignals():
            signal.raise_signal(signal.SIGTERM)
            calls.append("step")

    with pytest.raises(KeyboardInterrupt):  # it was stopped, so it says so
        steps()
    assert calls == ["step", (signal.SIGTERM, None)]


def test_whoever_waits_too_long_is_heeded_at_once(monkeypatch):
    times = iter([100, 109, 111])
    monkeypatch.setattr(interrupts.time, "monotonic", lambda: next(times))
    with StopSignals() as signals:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signals.asked = None


def test_a_signal_counts_beside_an_error():
    """The error is shown too, as what happened before."""

    def steps():
        with StopSignals():
            signal.raise_signal(signal.SIGTERM)
            raise RuntimeError("dead")

    with pytest.raises(SystemExit) as raised:
        steps()
    assert "dead" in str(raised.value.__context__)


def test_one_block_in_another():
    outer, inner = StopSignals(), StopSignals()

    def steps():
        with outer:
            try:
                with inner:
                    signal.raise_signal(signal.SIGTERM)
                    assert outer.asked is None
            except KeyboardInterrupt:
                assert inner.asked == outer.asked == signal.SIGTERM

    with pytest.raises(SystemExit):
        steps()


def test_in_another_thread_nothing_changes():
    """Python delivers signals to the main thread, and lets no other set handlers."""
    seen = []

    def work():
        with StopSignals() as signals:
            seen.append(signals.before)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [{}]


def test_the_stop_button_on_windows():
    """There, Jupyter calls ``interrupt_main``, which ends in the same handler."""
    seen = []

    def steps():
        with StopSignals() as signals:
            _thread.interrupt_main()
            seen.append(signals.asked)

    with pytest.raises(KeyboardInterrupt):
        steps()
    assert seen == [signal.SIGINT]


def test_a_program_that_ends_in_order():
    """kill and a closed terminal raise, outside of training too; what is ignored stays so."""
    if len(STOPPING) > 2:
        signal.signal(STOPPING[2], signal.SIG_IGN)
    interrupts.end_in_order()
    with pytest.raises(SystemExit) as raised:
        signal.raise_signal(signal.SIGTERM)
    assert raised.value.code == 143
    if len(STOPPING) > 2:
        assert signal.getsignal(STOPPING[2]) == signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) == signal.default_int_handler
