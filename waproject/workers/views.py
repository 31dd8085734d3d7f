"""`/health/`: for load balancers and monitors."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from waproject.workers.health import Finding, is_well, recently_examined


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 and "ok", or 503 and "failing". The findings are for staff who may see the clusters."""
    findings = recently_examined()
    well = is_well(findings)
    report = as_report(findings) if _may_see_details(request) else {"status": _word(well)}
    return JsonResponse(report, status=200 if well else 503)


def as_report(findings: list[Finding]) -> dict[str, object]:
    """The findings as JSON: {"status": "ok", "checks": [{"check", "ok", "detail"}, ...]}."""
    return {
        "status": _word(is_well(findings)),
        "checks": [
            {"check": finding.check, "ok": finding.ok, "detail": finding.detail}
            for finding in findings
        ],
    }


def _word(well: bool) -> str:
    return "ok" if well else "failing"


def _may_see_details(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_staff and user.has_perm("workers.view_cluster"))
