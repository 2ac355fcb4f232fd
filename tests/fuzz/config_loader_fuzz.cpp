// SPDX-License-Identifier: Apache-2.0
// The cluster file loader and the rules after it: any bytes give a spec or an Error with problems, soon.
#include "base/error.hpp"
#include "config/load.hpp"
#include "config/validate.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace ingot;

void load_and_check(const std::string& text) {
  auto spec = config::load_cluster_file(text, "fuzz.yaml");
  config::apply_defaults(spec, {.working_dir = "/work"});
  config::check(spec);
  if (config::node_names(spec).size() != spec.nodes.size() || config::to_canonical_text(spec).empty()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    load_and_check({data, data + size});
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    if (failure.code != base::ErrorCode::invalid_input ||
        (failure.problems.empty() && failure.cause.empty())) {
      std::abort();
    }
  }
  return 0;
}
