"""What runs by itself in a team of collectors: keeping one's part, watching the zones.

**Who may poll a device** is decided in `leases` alone.

**What runs once.** With several collectors some work must be done by one of them. It is a
duty, leased like a shard, and whoever does such work asks `LeaseKeeper.has` each round:

- `DESK`: ends of flapping and of shelving (two would only be wasteful);
- `SAMPLES`: compacting and pruning (two would work through the same hours);
- `DISCOVERY`: the start of the regular look over the network. Searches themselves are
  claimed one by one, by a collector that reaches the zone they are for;
- `ZONES`: the alarm about zones that nobody reaches.

Listening for traps, lines and flows runs in every collector: each hears what is sent to it.
"""

from noc_console.services.collectors.workers.leases import LeaseKeeper, Rhythm
from noc_console.services.collectors.workers.zones import ZoneWatch

__all__ = ["LeaseKeeper", "Rhythm", "ZoneWatch"]
