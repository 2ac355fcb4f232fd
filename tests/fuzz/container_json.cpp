// SPDX-License-Identifier: Apache-2.0
// Whatever an engine answers, it is understood or it is an Error{untrusted}.
#include "docker/container_json.hpp"
#include "base/error.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

template <typename Parse>
void attempt(Parse&& parse, std::string_view text) {
  try {
    static_cast<void>(parse(text));
  } catch (const ingot::base::Error& error) {
    if (error.code() != ingot::base::ErrorCode::untrusted) {
      std::abort();
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  attempt(&ingot::docker::parse_container, text);
  attempt(&ingot::docker::parse_container_list, text);
  attempt(&ingot::docker::parse_usage, text);
  return 0;
}
