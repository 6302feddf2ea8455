"""Rules of this repository that no ready-made tool checks; `make check` runs each as a module."""
