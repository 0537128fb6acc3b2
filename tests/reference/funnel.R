# Expected values of tests/cities/test_funnel.py, printed by R 4.2.2 (base and stats alone).
# Rscript funnel.R > funnel.csv
# The formulas are those of Spiegelhalter 2005, Statistics in Medicine 24: 1185, written anew from
# the paper: control limits (appendix A.1.1), winsorised dispersion and random effects (section 4).

reached <- c(3, 9, 14, 22, 30, 41, 18, 55, 12, 66, 27, 8)
people <- c(10, 15, 22, 40, 52, 60, 61, 80, 31, 97, 44, 25)

limit <- function(p, n, theta) {
  r <- qbinom(p, n, theta)
  alpha <- (pbinom(r, n, theta) - p) / dbinom(r, n, theta)
  min(max((r - alpha) / n, 0), 1)
}
theta <- sum(reached) / sum(people)
z <- (reached / people - theta) / sqrt(theta * (1 - theta) / people)
ends <- quantile(z, c(0.1, 0.9))
z[z < ends[1]] <- ends[1]
z[z > ends[2]] <- ends[2]
count <- length(z)
phi <- sum(z^2) / count
w <- people / (theta * (1 - theta))
tau <- sqrt(max(0, (count * phi - (count - 1)) / (sum(w) - sum(w^2) / sum(w))))

cat("what,n,value\n")
show <- function(what, n, value) cat(sprintf("%s,%d,%.12g\n", what, as.integer(n), value))
show("pooled", sum(people), theta)
show("dispersion", count, phi)
show("spread", count, tau)
show("p", count, pchisq(count * phi, count, lower.tail = FALSE))
for (n in c(10, 40, 97)) {
  for (p in c(0.001, 0.025)) {
    show(sprintf("exact_%s", p), n, limit(p, n, theta))
    show(sprintf("exact_%s", 1 - p), n, 1 - limit(p, n, 1 - theta)) # of those who did not
  }
  se <- sqrt(theta * (1 - theta) / n + tau^2)
  for (p in c(0.001, 0.025, 0.975, 0.999)) {
    show(sprintf("widened_%s", p), n, min(max(theta + qnorm(p) * se, 0), 1))
  }
}
