"""The live desk: what agents can do with conversations, over sockets and HTTP."""
