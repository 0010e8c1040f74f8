"""NOC Console: how an internet service provider runs its network and its subscribers."""

__version__ = "0.1.0"
