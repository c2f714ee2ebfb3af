"""The illustrations: a paper-cut drawing kit and the scenes made with it."""
