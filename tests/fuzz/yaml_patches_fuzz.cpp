// SPDX-License-Identifier: Apache-2.0
// YAML to JSON and back, and patches: any bytes give values or an Error, and what we write reads back the
// same. The input up to the first NUL byte is a document, the rest a patch for it.
#include "base/error.hpp"
#include "kubeadm/manifest.hpp"
#include "kubeadm/patch.hpp"
#include "yaml/json.hpp"

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

void read_write_read(const std::string& text) {
  for (const auto& value : yaml::read_json(text)) {
    const auto again = yaml::read_json(yaml::to_yaml(value), yaml::manifest_limits());
    if (again.size() != 1 || again.front() != value) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto middle = input.find('\0');
  const std::string document = input.substr(0, middle);
  const std::string patch = middle == std::string::npos ? "" : input.substr(middle + 1);
  unless_refused([&] { read_write_read(document); });
  unless_refused([&] { (void)kubeadm::apply_patches(document, {{.merge = {patch}}}); });
  unless_refused([&] {
    const std::string target = "kind: K\na: {b: [1, {c: d}], s: text}\n";
    (void)kubeadm::apply_patches(target,
                                 {{.json6902 = {{.kind = "K", .patch = patch.empty() ? document : patch}}}});
  });
  unless_refused([&] { (void)kubeadm::cni_objects(document, {.pod_subnet = "10.0.0.0/8"}); });
  return 0;
}
