"""How long work tells what it is doing, and how it learns that the user wants it to stop."""


class Watch:
    """Nobody is watching: says nothing, never cancels. The command line overrides all three."""

    def stage(self, text: str, total: int = 0) -> None:
        """A new stretch of work begins; `total` in steps, 0 where unknown."""

    def advance(self, done: int, **numbers: float) -> None:
        """`done` steps of the stage are finished; `numbers` are shown beside it."""

    def cancelled(self) -> bool:
        """Whether to stop at the next opportunity and report what there is."""
        return False
