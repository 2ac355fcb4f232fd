// SPDX-License-Identifier: Apache-2.0
// CDI files: any bytes give a specification or an Error, and one that was read is read again as the same.
#include "base/error.hpp"
#include "cdi/edits_json.hpp"
#include "cdi/spec.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ingot;
  try {
    const auto spec = cdi::parse_spec(std::string(data, data + size));
    const auto written = cdi::to_json(spec);
    if (spec.edits.only_at_creation.empty() && cdi::to_json(cdi::parse_spec(written.dump())) != written) {
      std::abort();
    }
  } catch (const base::Error&) {
    return 0;
  }
  return 0;
}
