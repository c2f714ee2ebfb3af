"""One script a question, each run by `./run bench NAME`; parts/ holds what they are made of."""
