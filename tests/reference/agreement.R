# Krippendorff's alpha (nominal) and Gwet's AC1 of two codes, three coders, some of whom have not
# read some sources. Base R alone: alpha from the matrix of coincidences, AC1 from its definition
# (Gwet 2008), both pair by pair and turn by turn. Run in tests/reference:
#   Rscript agreement.R
set.seed(20240912)
sources <- rep(sprintf("s%d", 1:8), each = 6)
turns <- rep(1:6, times = 8)
truth <- list(common = rbinom(48, 1, 0.4), rare = rbinom(48, 1, 0.1))
ratings <- NULL
for (code in names(truth)) for (coder in c("x", "y", "z")) {
  wrong <- rbinom(48, 1, 0.15)
  value <- ifelse(wrong == 1, 1 - truth[[code]], truth[[code]])
  unread <- (coder == "x" & sources == "s2") | (coder == "z" & sources %in% c("s5", "s6"))
  value[unread] <- NA
  ratings <- rbind(ratings, data.frame(code, coder, source_id = sources, turn = turns, value))
}
ratings <- ratings[!is.na(ratings$value), ]
write.csv(ratings, "agreement_ratings.csv", row.names = FALSE, quote = FALSE)

alpha <- function(of) {
  units <- split(of$value, paste(of$source_id, of$turn))
  coincidences <- matrix(0, 2, 2)
  for (unit in units) if (length(unit) > 1)
    for (i in seq_along(unit)) for (j in seq_along(unit)) if (i != j) {
      at <- c(unit[i], unit[j]) + 1
      coincidences[at[1], at[2]] <- coincidences[at[1], at[2]] + 1 / (length(unit) - 1)
    }
  n <- rowSums(coincidences)
  observed <- sum(coincidences) - sum(diag(coincidences))
  expected <- (sum(n)^2 - sum(n^2)) / (sum(n) - 1)
  1 - observed / expected
}

ac1 <- function(of) {
  units <- split(of$value, paste(of$source_id, of$turn))
  units <- units[lengths(units) > 1]
  agreed <- mean(sapply(units, function(unit) mean(combn(unit, 2)[1, ] == combn(unit, 2)[2, ])))
  prevalence <- mean(sapply(units, mean))
  chance <- prevalence * (1 - prevalence) + (1 - prevalence) * prevalence
  (agreed - chance) / (1 - chance)
}

codes <- split(ratings, ratings$code)
found <- data.frame(code = names(codes), alpha = sapply(codes, alpha), ac1 = sapply(codes, ac1),
                    turns = 48)
print(found, digits = 15)
write.csv(format(found, digits = 15, trim = TRUE), "agreement.csv", row.names = FALSE, quote = FALSE)
