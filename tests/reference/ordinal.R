# Expected values of tests/surveys/test_ordinal.py: MASS::polr, and survey's svyolr and svyglm.
# Rscript ordinal.R > ordinal.csv
# Also writes ordinal_answers.csv, the answers that both read.
suppressMessages({library(MASS); library(survey)})
set.seed(7)
n <- 240
answers <- data.frame(
  stratum = rep(1:3, each = 80),
  cluster = rep(1:24, each = 10),
  weight  = round(rep(c(1.5, 2, 4), each = 80) * runif(n, 0.6, 1.6), 3),
  wave    = sample(c("before", "after", "later"), n, replace = TRUE)
)
latent <- rlogis(n) + rep(rnorm(24, sd = 0.6), each = 10) +
  c(before = 0, after = 0.7, later = -0.3)[answers$wave] + 0.4 * (answers$stratum == 3)
answers$answer <- as.integer(cut(latent, c(-Inf, -1.5, -0.4, 0.5, 1.8, Inf)))
answers$answer[c(3, 50, 121, 240)] <- NA
write.csv(answers, "ordinal_answers.csv", row.names = FALSE, quote = FALSE, na = "")

answers$wave <- factor(answers$wave, levels = c("before", "after", "later"))
given <- answers[!is.na(answers$answer), ]
given$ordered <- factor(given$answer, ordered = TRUE)
line <- function(model, name, estimate, error)
  cat(sprintf("%s,%s,%.10f,%.10f\n", model, name, estimate, error))
cat("model,name,log_odds,standard_error\n")

fit <- polr(ordered ~ wave, data = given, Hess = TRUE, control = list(reltol = 1e-15))
for (name in names(coef(fit))) line("polr", name, coef(fit)[name], sqrt(vcov(fit)[name, name]))

answers$ordered <- factor(answers$answer, ordered = TRUE)
design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = answers)
fit <- svyolr(ordered ~ wave, design, control = list(reltol = 1e-15, maxit = 1000))
for (name in names(coef(fit))[1:2]) line("svyolr", name, coef(fit)[name], SE(fit)[name])

for (step in 2:5) {
  fit <- svyglm(passed ~ wave, update(design, passed = as.numeric(answer >= step)),
                family = quasibinomial(), control = glm.control(epsilon = 1e-14, maxit = 100))
  for (name in names(coef(fit))[2:3])
    line(paste0("step", step), name, coef(fit)[name], SE(fit)[name])
}
