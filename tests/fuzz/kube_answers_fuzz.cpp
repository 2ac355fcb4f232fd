// SPDX-License-Identifier: Apache-2.0
// Whatever an API server sends: answers, lines of a watch and DaemonSets give values or an Error.
#include "base/error.hpp"
#include "base/lines.hpp"
#include "kube/answer.hpp"
#include "kube/client.hpp"
#include "kube/hash.hpp"
#include "kube/resources.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using namespace ingot;

void unless_refused(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  unless_refused([&] { static_cast<void>(kube::id_of(kube::parse_object(text, "read"))); });
  unless_refused([&] { static_cast<void>(kube::daemon_set_revision(text)); });
  http::Response response;
  response.status = size > 0 ? 400 + data[0] : 500;
  response.body = text;
  static_cast<void>(kube::is_starting_up(kube::refusal(response, "create")));
  base::LineDecoder lines(size, {.code = base::ErrorCode::untrusted, .message = "never"});
  const auto take_all = [](std::string_view line) { return line.find('\n') == std::string_view::npos; };
  if (!lines.feed(text.substr(0, size / 2), take_all) || !lines.feed(text.substr(size / 2), take_all)) {
    std::abort();
  }
  return 0;
}
