from noc_console.services.flows.rules.losses import MOST_STREAMS, Losses
from noc_console.wire.flows.records import Sequence


def take(losses, number, size=1, *, stream=1, uptime=None):
    following = (number + size) & 0xFFFFFFFF
    losses.take(Sequence((9, stream), number, following, "packets"), uptime)


def test_a_gap_is_a_loss():
    losses = Losses()
    for number in (10, 11, 14, 15):
        take(losses, number)
    assert (losses.lost, losses.counted) == (2, 4)
    assert losses.share == 2 / 6


def test_numbers_that_wrap_round_lose_nothing():
    losses = Losses()
    take(losses, 0xFFFFFFFE, 2)
    take(losses, 0, 5)
    assert losses.lost == 0


def test_what_was_overtaken_is_not_lost():
    losses = Losses()
    for number in (1, 3, 2, 4):
        take(losses, number)
    assert losses.lost == 0


def test_a_restart_is_not_a_loss():
    losses = Losses()
    take(losses, 5_000, uptime=90_000_000)
    take(losses, 7_000, uptime=1_000)
    take(losses, 7_001, uptime=2_000)
    far = Losses()
    take(far, 1_000_000_000)
    take(far, 5)
    assert losses.lost == far.lost == 0


def test_streams_are_counted_apart_and_their_number_is_bounded():
    losses = Losses()
    take(losses, 1, stream=1)
    take(losses, 900, stream=2)
    assert losses.lost == 0
    for stream in range(3 * MOST_STREAMS):
        take(losses, stream * 7, stream=stream)
    assert losses.lost == 0 or losses.lost < 1_000
    assert len(losses._streams) == MOST_STREAMS


def test_while_the_next_number_cannot_be_told_nothing_is_missed():
    losses = Losses()
    take(losses, 1)
    losses.take(Sequence((9, 1), 5, None, "records"), None)
    assert losses.lost == 3, "what was expected before it is missed all the same"
    take(losses, 500)
    take(losses, 501)
    assert losses.lost == 3


def test_nothing_sent_is_nothing_lost():
    assert Losses().share == 0.0
