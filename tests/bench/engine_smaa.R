# Times R's smaa on the data of one folder: values.bin (m x n, by rows), weights.bin (count x n, by rows), shape.txt.
# Prints "absent" where the package is not installed, else the median seconds of five runs and b_i1 of each option.
if (!requireNamespace("smaa", quietly = TRUE)) {
  cat("absent\n")
  quit(status = 0)
}
folder <- commandArgs(trailingOnly = TRUE)[1]
shape <- scan(file.path(folder, "shape.txt"), quiet = TRUE)
numbers <- function(name, rows) {
  found <- readBin(file.path(folder, name), "double", rows * shape[3])
  matrix(found, nrow = rows, byrow = TRUE)
}
values <- numbers("values.bin", shape[1])
weights <- numbers("weights.bin", shape[2])
run <- function() {
  ranks <- smaa::smaa.ranks(smaa::smaa.values(values, weights))
  list(smaa::smaa.ra(ranks), smaa::smaa.cw(ranks, weights), smaa::smaa.pwi(ranks))
}
first <- run()[[1]][, 1]
seconds <- replicate(5, system.time(run())[["elapsed"]])
cat(median(seconds), first, "\n")
