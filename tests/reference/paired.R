# Expected values of tests/surveys/test_paired_shares.py and test_families.py, in base R.
# Rscript paired.R > paired.csv
# Tango's interval from its definition: the score statistic at each difference, with the other
# parameter at its constrained maximum, which is searched for instead of solved for.
score <- function(d, up, down, n) {
  likelihood <- function(p) {          # p: share who went down; p + d: share who went up
    rest <- 1 - 2 * p - d
    part <- function(count, share) if (count == 0) 0 else count * log(share)
    part(up, p + d) + part(down, p) + part(n - up - down, rest)
  }
  p <- optimize(likelihood, c(max(0, -d), (1 - d) / 2), maximum = TRUE, tol = 1e-14)$maximum
  (up - down - n * d) / sqrt(n * (2 * p + d - d^2))
}
z <- qnorm(0.975)
cat("up,down,n,low,high,p\n")
for (case in list(c(1, 7, 21), c(12, 3, 48), c(0, 5, 30), c(9, 9, 60), c(2, 0, 400), c(40, 20, 160))) {
  up <- case[1]; down <- case[2]; n <- case[3]; d <- (up - down) / n
  low <- uniroot(function(x) score(x, up, down, n) - z, c(-0.999, d - 1e-6), tol = 1e-12)$root
  high <- uniroot(function(x) score(x, up, down, n) + z, c(d + 1e-6, 0.999), tol = 1e-12)$root
  crossed <- up + down
  p <- min(1, 2 * pbinom(min(up, down), crossed, 0.5) - dbinom(min(up, down), crossed, 0.5))
  cat(sprintf("%d,%d,%d,%.8f,%.8f,%.10f\n", up, down, n, low, high, p))
}
p <- c(0.04, 0.001, 0.2, 0.011, 0.011, 1, 0.03)
write.csv(data.frame(p = p, p_adjusted = p.adjust(p, "holm")), "holm.csv", row.names = FALSE)
