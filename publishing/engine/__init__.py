"""What makes a full build fast: readers and renderers that give the same bytes as Pelican's."""
