"""A report's answer in a few words, beside its verdict."""

from nndoctor.findings import Report, Status, Verdict


def headline(report: Report) -> str:
    """Its own, what its only answer says, or the names of the checks to look at first."""
    if report.headline:
        return report.headline
    if report.worst is Status.BROKEN:
        return "a check failed through a bug of nndoctor"
    if report.verdict is Verdict.UNDECIDED:
        return "cut short before it could be judged" if report.interrupted else "nothing was judged"
    judged = [f for f in report.findings if f.status is not Status.SKIP]
    if len(judged) == 1 and report.worst is not Status.OK:
        return judged[0].message
    named = report.worst if report.worst.severity >= Status.NOTE.severity else None
    names = [f.name for f in report.findings if f.status is named]
    listed = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    if report.verdict is Verdict.PASS:
        found = "no problem found in what was examined"
        return f"{found}; remarks from {listed}" if names else found
    return f"look first at {listed}"
