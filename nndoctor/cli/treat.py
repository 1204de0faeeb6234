"""`nndoctor treat`."""

from typing import Annotated

import typer

from .completion import TREATABLE
from .examine import examine
from .options import Common, with_common


@with_common
def treat(
    common: Common,
    cause: Annotated[
        str, typer.Option(help="A name from `nndoctor causes`.", autocompletion=TREATABLE)
    ],
) -> None:
    """Does removing this one cause help?

    nndoctor treat recipes/sick/rate-far-too-high.toml --cause learning_rate_too_high
    """
    from .. import api

    examine(common, lambda setup, watch: api.treat(setup, cause, watch, jobs=common.workers))
