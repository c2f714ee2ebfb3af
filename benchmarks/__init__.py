"""One script a question, each run by `./run bench NAME`."""
