// SPDX-License-Identifier: Apache-2.0
#include "config/quantity.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ingot::config {

TEST_CASE("processors are counted in thousandths", "[config]") {
  for (const auto& [text, millis] : std::vector<std::pair<std::string, std::int64_t>>{
           {"1", 1000}, {"1.5", 1500}, {"500m", 500}, {"0.001", 1}, {"2.50", 2500}, {"010", 10000}}) {
    INFO(text);
    CHECK(parse_cpu_millis(text) == millis);
  }
  for (const auto* text : {"", "0", "0m", "-1", "+1", "1.", ".5", "1.5m", "0.0001", "1 ", "one", "1e3", "1M",
                           "1.2.3", "99999999999999999999", "9223372036854775807"}) {
    INFO(text);
    CHECK_FALSE(parse_cpu_millis(text));
  }
}

TEST_CASE("memory is counted in bytes", "[config]") {
  for (const auto& [text, bytes] :
       std::vector<std::pair<std::string, std::int64_t>>{{"1", 1},
                                                         {"1k", 1000},
                                                         {"1Ki", 1024},
                                                         {"512Mi", std::int64_t{512} << 20},
                                                         {"1.5Gi", std::int64_t{3} << 29},
                                                         {"0.5k", 500},
                                                         {"7E", 7'000'000'000'000'000'000},
                                                         {"2.000000000000000000M", 2'000'000}}) {
    INFO(text);
    CHECK(parse_memory_bytes(text) == bytes);
  }
  for (const auto* text :
       {"", "0", "0Gi", "-1Gi", "2GB", "2gb", "2g", "1.5", "0.0001k", "1 Gi", "8Ei", "10E", "Gi"}) {
    INFO(text);
    CHECK_FALSE(parse_memory_bytes(text));
  }
}

}  // namespace ingot::config
