"""What benchmarks are made of: test sets, peers, stop-watches."""
