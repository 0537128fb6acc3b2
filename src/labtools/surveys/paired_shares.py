"""Linked answers → how a share changed among those who answered both times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from labtools.frames import as_estimates, check_columns


def estimate_share_change(
    pairs: pd.DataFrame, *, by: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Change in the share who answer `above` or higher, among those who answered both times.

    pairs: one row per person and question with `before`, `after` (codes) and `above`, the lowest
    code that counts. Returns one row per group: `estimate, low, high` (−1 to 1, the later share
    less the earlier), `n` people who answered both times, `unit`; `share_before, share_after`;
    `to_above, from_above` (people who crossed), `p` of McNemar's test. Who answered once leaves
    every number; weights are ignored. NaN where nobody answered twice.

    Interval: Tango's score interval, which stays within −1 and 1 and is defined where nobody
    crossed; it errs on the long side where shares are near 0 or 1 (Tango 1998, Statistics in
    Medicine 17: 891). p: exact, mid-p (Fagerland, Lydersen & Laake 2013, BMC Medical Research
    Methodology 13: 91).
    """
    check_columns(pairs, *by, "before", "after", "above")
    rows = []
    for key, people in pairs.groupby(list(by), sort=False, observed=True):
        both = people.dropna(subset=["before", "after"])
        before, after = both["before"] >= both["above"], both["after"] >= both["above"]
        n, up, down = len(both), int((~before & after).sum()), int((before & ~after).sum())
        low, high = tango_interval(up, down, n, level=level)
        shares = (before.mean(), after.mean()) if n else (np.nan, np.nan)
        measures = {
            "estimate": (up - down) / n if n else np.nan,
            "low": low,
            "high": high,
            "n": n,
            "share_before": shares[0],
            "share_after": shares[1],
            "to_above": up,
            "from_above": down,
            "p": mcnemar_p(up, down) if n else np.nan,
        }
        rows.append({**dict(zip(by, key, strict=True)), **measures})
    measured = ["estimate", "low", "high", "n", "share_before", "share_after", "to_above"]
    columns = [*by, *measured, "from_above", "p"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="change in share")
    return as_estimates(table, by=by)


def mcnemar_p(up: int, down: int) -> float:
    """Two-sided exact mid-p of McNemar's test: as many crossed upwards as downwards.

    up, down: people who crossed. 1 where as many did, or nobody.

    >>> round(mcnemar_p(1, 7), 4)
    0.0391
    """
    crossed, fewer = up + down, min(up, down)
    tail = stats.binom.cdf(fewer, crossed, 0.5) - stats.binom.pmf(fewer, crossed, 0.5) / 2
    return float(min(2 * tail, 1.0))


def tango_interval(up: int, down: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Tango's score interval for a paired difference of shares, (up − down) / n.

    up, down: people who crossed, out of n who answered both times. NaN where n is 0.

    >>> low, high = tango_interval(1, 7, 21)
    >>> f"{low:.3f} {high:.3f}"
    '-0.517 -0.026'
    """
    if n == 0:
        return np.nan, np.nan
    z2 = float(special.ndtri((1 + level) / 2)) ** 2
    if up == down == 0:
        return -z2 / (n + z2), z2 / (n + z2)

    def excess(change: float) -> float:
        """How far the score test's square lies above its limit; its roots are the interval."""
        b = (2 * n - up + down) * change - up - down
        c = -down * change * (1 - change)
        share_down = (np.sqrt(max(b**2 - 8 * n * c, 0.0)) - b) / (4 * n)
        variance = n * (2 * share_down + change * (1 - change))
        return float((up - down - n * change) ** 2 - z2 * max(variance, 0.0))

    estimate = (up - down) / n
    low = -1.0 if down == n else optimize.brentq(excess, -1.0, estimate, xtol=1e-13)
    high = 1.0 if up == n else optimize.brentq(excess, estimate, 1.0, xtol=1e-13)
    return float(low), float(high)
