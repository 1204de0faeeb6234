"""The report as JUnit's XML, which GitLab, Jenkins and Azure read: one test case a finding."""

import re
from xml.etree import ElementTree as ET

from nndoctor.findings import Report, Status
from nndoctor.report.entries import Entry, Level, entries, file_of

# XML 1.0 (5th edition), section 2.2: other characters may not even be written as references.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report) -> str:
    """A whole document, ASCII only; what fails is a failure, a bug of ours an error."""
    found = entries(report)
    counts = {
        "tests": len(found),
        "failures": sum(one.fails and not _broken(one) for one in found),
        "errors": sum(map(_broken, found)),
        "skipped": sum(one.status == Status.SKIP.value for one in found),
    }
    numbers = {name: str(count) for name, count in counts.items()}
    name = f"nndoctor {report.command}"
    root = ET.Element("testsuites", {"name": name, **numbers})
    told = _safe(f"{name} {file_of(report)}")
    suite = ET.SubElement(root, "testsuite", {"name": told, **numbers})
    for one in found:
        _case(suite, one, f"nndoctor.{report.command.replace(' ', '-')}")
    ET.indent(root)
    text: bytes = ET.tostring(root, "us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _case(suite: ET.Element, one: Entry, group: str) -> None:
    where = {"classname": group, "name": _safe(f"{one.code} {one.name}"), "time": "0"}
    case = ET.SubElement(suite, "testcase", where)
    said = _safe(one.message)
    if one.status == Status.SKIP.value:
        ET.SubElement(case, "skipped", {"message": said})
    elif one.fails:
        kind = "error" if _broken(one) else "failure"
        about = {"message": said, "type": one.status}
        ET.SubElement(case, kind, about).text = _safe(one.advice) or said
    elif one.level is not Level.QUIET:
        known = " (known)" if one.known else ""
        ET.SubElement(case, "system-out").text = f"{one.status}{known}: {said}"


def _broken(one: Entry) -> bool:
    return one.status == Status.BROKEN.value


def _safe(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
