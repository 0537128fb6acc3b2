# Expected values of tests/surveys/test_reliability.py and test_measurement.py, made with R's psych
# 2.2.9, lavaan 0.6-14 and survival 3.5-3 (Debian: r-cran-psych, r-cran-lavaan,
# r-cran-survival).
# Rscript reliability.R   (writes reliability_answers.csv and reliability.csv beside it)
suppressMessages({library(psych); library(lavaan); library(survival)})

# Six questions in five steps, heaped high; the sixth is skewed the most. Two groups, of which the
# second is higher in all, and one step higher again in the third question for every other person.
set.seed(1951)
n <- 120
group <- rep(c("first", "second"), each = n / 2)
trait <- rnorm(n) + 0.5 * (group == "second")
loads <- c(1, 0.9, 0.8, 0.7, 0.6, 0.9)
cuts <- list(c(-2, -1, 0, 1), c(-1.5, -0.5, 0.5, 1.5), c(-1, 0, 1, 2), c(-2, -1, 0, 1),
             c(-1.5, -0.5, 0.5, 1.5), c(-2.5, -2, -1.2, -0.5))
answers <- as.data.frame(lapply(1:6, function(i)
  1 + findInterval(loads[i] * trait + rnorm(n, sd = 0.9), cuts[[i]])))
names(answers) <- paste0("q", 1:6)
lift <- group == "second" & seq_len(n) %% 2 == 0
answers$q3 <- pmin(5, answers$q3 + lift)
write.csv(cbind(group, answers), "reliability_answers.csv", row.names = FALSE, quote = FALSE)

rows <- list()
put <- function(data, what, item, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s,%.12f", data, what, item, value)

for (name in c("attitude", "answers")) {
  data <- if (name == "attitude") attitude else answers
  # psych: alpha, Feldt's interval, item statistics
  a <- suppressWarnings(suppressMessages(psych::alpha(data)))
  feldt <- psych::alpha.ci(a$total$raw_alpha, n.obs = nrow(data), n.var = ncol(data))
  put(name, "alpha", "", a$total$raw_alpha)
  put(name, "alpha_low", "", feldt$lower.ci[[1]])
  put(name, "alpha_high", "", feldt$upper.ci[[1]])
  for (item in names(data)) {
    put(name, "item_rest", item, a$item.stats[item, "r.drop"])
    put(name, "mean", item, a$item.stats[item, "mean"])
    put(name, "alpha_if_dropped", item, a$alpha.drop[item, "raw_alpha"])
  }
  # lavaan: one factor by maximum likelihood, omega total of the raw answers (N in the likelihood
  # does not move it)
  model <- paste("f =~", paste(names(data), collapse = " + "))
  fit <- cfa(model, data, std.lv = TRUE)
  found <- lavInspect(fit, "est")
  common <- sum(found$lambda)^2
  put(name, "omega", "", common / (common + sum(diag(found$theta))))
  # psych: omega total of the standardised answers, of the same factor
  o <- suppressWarnings(suppressMessages(
    psych::omega(scale(data), nfactors = 1, fm = "ml", plot = FALSE)))
  put(name, "omega_psych_standardised", "", o$omega.tot)
  o <- suppressWarnings(suppressMessages(psych::omega(scale(data), nfactors = 1, plot = FALSE)))
  put(name, "omega_psych_minres", "", o$omega.tot)
}

# lavaan and psych: polychoric correlations in two steps; psych without its added .5, and with the
# coarse stopping rule of R's optimize
exact <- lavCor(answers, ordered = names(answers))
p <- suppressWarnings(psych::polychoric(answers, correct = 0))$rho
for (i in 1:5) for (j in (i + 1):6) {
  pair <- paste0("q", i, ":q", j)
  put("answers", "polychoric", pair, exact[i, j])
  put("answers", "polychoric_psych", pair, p[i, j])
}
put("answers", "ordinal_alpha", "", suppressMessages(psych::alpha(p))$total$std.alpha)

# survival: Mantel's statistic is the score test of exact conditional logistic regression
total <- rowSums(answers)
for (item in names(answers)) {
  fit <- clogit((group == "second") ~ answers[[item]] + strata(total), method = "exact")
  put("answers", "mantel_chi_square", item, summary(fit)$sctest[["test"]])
}
matched <- ave(group == "second", total, FUN = function(x) length(unique(x))) == 2
put("answers", "mantel_n", "", sum(matched))
z <- sapply(names(answers), function(item) {
  fit <- clogit((group == "second") ~ answers[[item]] + strata(total), method = "exact")
  summary(fit)$sctest[["pvalue"]]
})
adjusted <- p.adjust(z, "holm")
for (item in names(answers)) put("answers", "holm", item, adjusted[[item]])

writeLines(c("data,what,item,value", unlist(rows)), "reliability.csv")
write.csv(attitude, "attitude.csv", row.names = FALSE, quote = FALSE)
