// SPDX-License-Identifier: BSD-3-Clause
#include "running_eal.h"

int main(int argc, char** argv) { return stentor::dpdk::run_tests(argc, argv); }
