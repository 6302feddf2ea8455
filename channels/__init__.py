"""How citizens reach us: one folder per kind of channel. Channels never import each other's folders."""
