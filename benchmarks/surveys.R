# What benchmarks/surveys.py compares with: R's survey on the rows of answers.csv in a folder.
# Rscript surveys.R FOLDER; writes the results there, and prints the seconds of each. Reading the
# rows and declaring the design are outside the seconds of the estimates.
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
answers <- data.table::fread(file.path(folder, "answers.csv"), data.table = FALSE)
seconds <- c()
took <- function(name, fit) {
  begun <- proc.time()[["elapsed"]]
  found <- fit
  seconds[name] <<- proc.time()[["elapsed"]] - begun
  found
}
design <- took("declare", svydesign(ids = ~stairwell, strata = ~area, weights = ~weight,
                                    data = answers))
means <- took("mean", svyby(~score, ~city + age, design, svymean))
test <- took("rao_scott", svychisq(~age + home, design))
one_by_one <- svydesign(ids = ~1, weights = ~weight, data = answers)
margins <- lapply(c("city", "age", "home"), function(column) {
  known <- read.csv(file.path(folder, paste0(column, ".csv")))
  names(known) <- c(column, "Freq")
  known
})
raked <- took("raking", rake(one_by_one, list(~city, ~age, ~home), margins,
                             control = list(maxit = 1000, epsilon = 1e-12)))
write.csv(means, file.path(folder, "mean.csv"), row.names = FALSE)
writeLines(sprintf("%.15g", c(test$statistic, test$parameter, test$p.value)),
           file.path(folder, "rao_scott.txt"))
writeLines(sprintf("%.15g", weights(raked)), file.path(folder, "raking.txt"))
writeLines(sprintf("%s,%.3f", names(seconds), seconds), file.path(folder, "seconds.csv"))
