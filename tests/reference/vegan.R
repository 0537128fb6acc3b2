# Expected values of tests/interviews/test_saturation.py and test_rarefaction.py, by vegan 2.6-4.
# Rscript vegan.R: writes vegan.csv and vegan_pools.csv
# Trees of Barro Colorado (data set BCI of vegan): plots stand for interviews, species for codes.
suppressMessages(library(vegan))
data(BCI)
heard <- (BCI > 0) * 1
curve <- specaccum(heard, method = "exact")
heard_in <- colSums(heard)
write.csv(data.frame(
  interviews = curve$sites,
  codes = sprintf("%.10f", curve$richness),
  heard_in_so_many = tabulate(heard_in[heard_in > 0], nrow(heard))
), "vegan.csv", row.names = FALSE, quote = FALSE)

# specpool: Chao2 with (T-1)/T; the last two have no code in exactly two interviews.
one_each <- diag(6)
and_common <- cbind(diag(7)[, 1:4], matrix(1, 7, 3))
cat("n,codes_found,in_one,in_two,incidences,chao,standard_error\n", file = "vegan_pools.csv")
for (sites in list(heard, heard[1:25, ], heard[1:10, ], heard[21:24, ], one_each, and_common)) {
  sites <- sites[, colSums(sites) > 0]
  pool <- specpool(sites)
  cat(sprintf("%d,%d,%d,%d,%d,%.8f,%.8f\n", nrow(sites), ncol(sites), sum(colSums(sites) == 1),
              sum(colSums(sites) == 2), as.integer(sum(sites)), pool$chao, pool$chao.se),
      file = "vegan_pools.csv", append = TRUE)
}
