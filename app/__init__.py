"""The composition root: plugs the packages together and starts them. Nobody imports it."""
