"""What a check found, and the files made of it: web page, workbook, document, pieces, evidence.

Nothing here computes areas or verdicts; the module shows what it is given. It needs no compiled part, no network
and, apart from :meth:`Report.plot`, no library beyond the package's own requirements.
"""

from sanxian.report.model import Report

__all__ = ["Report"]
