// SPDX-License-Identifier: Apache-2.0
// A user's kubeconfig of any bytes: our entries come and go, or it is refused with an Error. (That the rest
// stays as it was is checked by emit_document itself.)
#include "base/error.hpp"
#include "kubeconfig/entries.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ingot::kubeconfig;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Access access{"https://127.0.0.1:1", "CA", "CERT", "KEY"};
  std::string with;
  try {
    with = with_entries(text, "f", "kind-fuzz", access);
  } catch (const ingot::base::Error&) {
    return 0;
  }
  // From here on it is our own text: nothing may be refused.
  if (with_entries(with, "f", "kind-fuzz", access) != with || extract(with, "f", "kind-fuzz").key != "KEY") {
    std::abort();
  }
  const auto without = without_entries(with, "f", "kind-fuzz");
  if (!without || without_entries(*without, "f", "kind-fuzz")) {
    std::abort();
  }
  return 0;
}
