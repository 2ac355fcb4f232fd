// SPDX-License-Identifier: Apache-2.0
// Whatever a line of a watch holds: what becomes an object of the live API is as the API describes it.
#include "feed/kube_objects.hpp"
#include "live/messages.hpp"
#include "live/protocol.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

using namespace ingot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto object =
      nlohmann::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), nullptr, false);
  for (const auto& resource : feed::kube_resources()) {
    const auto made = feed::to_object(resource.kind, "demo", object);
    if (!made) {
      continue;
    }
    const auto text = live::set_change(1, made->subject, live::object_text(*made), {}).message;
    if (!live::problems_of(nlohmann::json::parse(text), live::Sender::server).empty()) {
      std::abort();
    }
  }
  return 0;
}
