"""Left messages (留言): what citizens leave when nobody is there, and how it is answered within its time."""
