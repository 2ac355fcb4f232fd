// SPDX-License-Identifier: Apache-2.0
// Whatever a client of the live API sends: a request or an Error, and what was read is written and read
// alike.
#include "base/error.hpp"
#include "live/messages.hpp"
#include "live/requests.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ingot;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto written = live::to_message(live::read_request(text));
    if (live::to_message(live::read_request(written)) != written) {
      std::abort();
    }
  } catch (const base::Error&) {
  }
  try {
    static_cast<void>(live::read_server_message(text));
  } catch (const base::Error&) {
  }
  return 0;
}
