# Expected values of tests/surveys/test_estimates.py, made with R's survey package (Debian r-cran-survey).
# Rscript design_means.R > design_means.csv
library(survey)
people <- data.frame(
  city    = c("a","a","a","a","a","a","b","b","b","b","b","b","b","a"),
  stratum = c(1,1,1,1,2,2,1,1,1,2,2,2,2,2),
  cluster = c(1,1,2,3,4,5,1,2,3,4,4,5,6,6),
  weight  = c(2,2,3,1.5,4,4,2,3,1.5,4,4,4,2.5,2.5),
  score   = c(1.5,2,3,4.5,2.5,3.5,5,4,3.5,2,1,3,4,2.25)
)
# One person did not answer, and one whole cluster did not: they leave the mean, not the design.
people <- rbind(people, data.frame(city = c("a", "b"), stratum = c(1, 2), cluster = c(4, 7),
                                   weight = c(3, 2), score = c(NA, NA)))
people$id <- paste(people$stratum, people$cluster)
design <- svydesign(ids = ~id, strata = ~stratum, weights = ~weight, data = people)
means <- svyby(~score, ~city, design, svymean, na.rm = TRUE)
for (town in means$city) {
  part <- subset(design, city == town & !is.na(score))
  df <- degf(part)
  ci <- confint(svymean(~score, part), df = df)
  cat(sprintf("%s,%.12f,%.12f,%.12f,%.12f,%d\n", town, means[town, "score"], means[town, "se"],
              ci[1], ci[2], df))
}
