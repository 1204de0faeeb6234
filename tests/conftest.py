"""Over how many processes the tests are spread."""

import pytest


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One for each core, but none beside this one for files that are named.

    Each process imports and collects everything, which takes longer than most files do.
    """
    named = (config.invocation_params.dir / path.partition("::")[0] for path in config.args)
    return 0 if all(path.is_file() for path in named) else None
