"""Brings content and archive to the readers: whole releases, and single pages after a decision.

Settings: ``PRECOMPRESS``, whether text files have compressed twins (publishing/twins.py);
``BUILD_PROCESSES``, how many processes a full build has (publishing/engine/processes.py);
``TEMPLATE_CACHE``, where compiled templates are kept (publishing/compiled.py).
"""
