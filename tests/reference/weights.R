# Expected values of tests/surveys/test_weights.py, made with R's survey package (Debian r-cran-survey).
# Rscript weights.R > weights.csv
suppressPackageStartupMessages(library(survey))
people <- data.frame(
  age    = c("16-24", "16-24", "25-64", "25-64", "25-64", "25-64", "65+", "65+", "65+"),
  area   = c("a", "b", "a", "a", "b", "b", "a", "b", "b"),
  sex    = c("w", "m", "w", "m", "m", "w", "w", "w", "m"),
  weight = c(5, 40, 12, 15, 9, 30, 6, 7, 8)
)
design <- svydesign(ids = ~1, weights = ~weight, data = people)
ages  <- data.frame(age = c("16-24", "25-64", "65+"), Freq = c(150, 610, 190))
areas <- data.frame(area = c("a", "b"), Freq = c(420, 530))
sexes <- data.frame(sex = c("m", "w"), Freq = c(480, 470))
cells <- data.frame(age = rep(ages$age, 2), area = rep(c("a", "b"), each = 3),
                    Freq = c(70, 300, 50, 80, 310, 140))
exact <- list(maxit = 10000, epsilon = 1e-15, verbose = FALSE)
show <- function(case, weights) cat(sprintf("%s,%d,%.15g\n", case, seq_along(weights), weights), sep = "")
cat("case,row,weight\n")
show("post_stratify_age", weights(postStratify(design, ~age, ages)))
show("post_stratify_age_area", weights(postStratify(design, ~age + area, cells)))
show("rake_two", weights(rake(design, list(~age, ~area), list(ages, areas), control = exact)))
show("rake_three", weights(rake(design, list(~age, ~area, ~sex), list(ages, areas, sexes), control = exact)))
show("trim_equally", weights(trimWeights(design, upper = 20, strict = TRUE)))
# survey has no trimming that spreads proportionally: one factor for all, none above the cap.
total <- sum(people$weight)
k <- uniroot(function(k) sum(pmin(20, k * people$weight)) - total, c(1, 10), tol = 1e-15)$root
show("trim_proportionally", pmin(20, k * people$weight))
