# Expected values of tests/surveys/test_estimates.py and test_independence.py, made with R's survey
# package (Debian r-cran-survey) on the school samples that come with it: data(api), from the
# California Academic Performance Index of 2000. Writes api.csv (the columns used), prints values.
# Rscript survey_estimates.R > survey_estimates.csv
library(survey)
options(survey.lonely.psu = "certainty") # a district with one school tells nothing of within
data(api)
keep <- c("dnum", "snum", "stype", "pw", "fpc", "api00", "enroll", "api.stu", "sch.wide", "comp.imp")
apiclus2$fpc <- apiclus2$fpc1
together <- rbind(
  cbind(sample = "apistrat", apistrat[keep]),
  cbind(sample = "apiclus1", apiclus1[keep]),
  cbind(sample = "apiclus2", apiclus2[keep])
)
together$pw <- sprintf("%.17g", together$pw)
write.csv(together, "api.csv", row.names = FALSE, quote = FALSE, na = "")

# R's own rule "math" as documented: the least value at or below which that share lies. Its code takes
# the second value where the share is below the first value's, and a sum that rounds below for less.
math <- function(x, w, p) {
  x_order <- order(x)
  x[x_order][which(cumsum(w[x_order]) / sum(w) >= p - 1e-12)[1]]
}
# Within clusters as our design has it where there is an fpc: people drawn of very many.
apiclus1$many <- apiclus2$many <- 1e12
apiclus1$person <- seq_len(nrow(apiclus1))
apiclus2$person <- seq_len(nrow(apiclus2))
designs <- list(
  apistrat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  apistrat_with = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  apiclus1 = svydesign(ids = ~dnum + person, weights = ~pw, data = apiclus1, fpc = ~fpc + many),
  apiclus1_with = svydesign(ids = ~dnum, weights = ~pw, data = apiclus1),
  apiclus2 = svydesign(ids = ~dnum + person, weights = ~pw, data = apiclus2, fpc = ~fpc + many),
  # Two stages as our design has them: clusters drawn with replacement, whatever was drawn within.
  apiclus2_with = svydesign(ids = ~dnum + snum, weights = ~pw, data = apiclus2)
)
cat("sample,measure,group,at,estimate,error,low,high,degrees,effect\n")
line <- function(sample, measure, group, at, estimate, error, low, high, degrees, effect)
  cat(sprintf("%s,%s,%s,%s,%.15g,%.15g,%.15g,%.15g,%.15g,%.15g\n",
              sample, measure, group, at, estimate, error, low, high, degrees, effect))
for (name in names(designs)) {
  for (group in c("", "E", "H", "M")) {
    whole <- designs[[name]]
    part <- if (group == "") whole else subset(whole, stype == group)
    df <- degf(part)
    if (df < 1) next
    put <- function(measure, at, fit, effect) {
      ci <- confint(fit, df = df)
      line(name, measure, group, at, coef(fit)[1], SE(fit)[1], ci[1], ci[2], df, effect)
    }
    fit <- svymean(~api00, part, deff = "replace")
    put("mean", "", fit, deff(fit))
    known <- subset(part, !is.na(enroll))
    df <- degf(known)
    fit <- svytotal(~enroll, known, deff = "replace")
    put("total", "", fit, deff(fit))
    fit <- svyratio(~api.stu, ~enroll, known)
    put("ratio", "", fit, NaN)
    df <- degf(part)
    for (at in c("No", "Yes")) {
      part$variables$gave <- as.numeric(part$variables$sch.wide == at)
      fit <- svyciprop(~gave, part, method = "beta")
      ci <- attr(fit, "ci")
      line(name, "share", group, at, coef(fit), SE(fit), ci[1], ci[2], df,
           deff(svymean(~gave, part, deff = "replace")))
    }
    for (at in c(.1, .5, .75)) {
      fit <- svyquantile(~api00, part, at, qrule = math, df = df)$api00
      line(name, "quantile", group, at, fit[1, "quantile"], fit[1, "se"], fit[1, 2], fit[1, 3], df,
           NaN)
    }
  }
  for (pair in list(c("stype", "sch.wide"), c("comp.imp", "sch.wide"), c("stype", "comp.imp"))) {
    found <- svychisq(as.formula(paste("~", pair[1], "+", pair[2])), designs[[name]])
    line(name, "independence", pair[1], pair[2], found$statistic, NaN, found$parameter[1],
         found$parameter[2], found$p.value, NaN)
  }
}
