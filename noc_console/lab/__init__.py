"""The built-in simulated ISP, in reading order.

`plan` builds the network from a seed out of `cities` and `characters`; `world` is its state while
it runs, with traffic from `waves` along the ways of `routing`; `faults` bend it. `tables` and `mib`
show it as SNMP through `tree` and `agent`; `cli` and `shell` show it as command lines; `traps`
tells what happens. `run` opens the sockets, `control` and `main` are the doors, `replay` puts
recordings in the place of the plan.

A new vendor is one file in `characters` (see `characters.base.Character`) and a place in `cities`.
"""
