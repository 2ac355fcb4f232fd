// SPDX-License-Identifier: Apache-2.0
#include "live/device_shapes.hpp"

namespace ingot::live {

namespace {

constexpr bool kRequired = true;
constexpr bool kOptional = false;

}  // namespace

std::vector<Shape> device_shapes() {
  return {
      {"DeviceData",
       "A GPU or another device of the server's machine, as `ingot gpu list` has it. Its id is its name, as "
       "vendor.com/class=name; of a GPU that cannot be given, its PCI address.",
       {{"state", Type::text, kRequired,
         "Free; Held; Absent: one of its holders has restarted and was not given it again; or Unusable"},
        {"problem", Type::text, kRequired, "why it cannot be used; else empty"},
        {"resource", Type::text, kRequired,
         "what pods ask for: vendor.com/class; empty: nothing can be given"},
        {"vendor", Type::text, kRequired, "of the GPU: nvidia, amd or intel; of others that of the resource"},
        {"model", Type::text, kRequired, "may be empty"},
        {"uuid", Type::text, kRequired, "may be empty"},
        {"pci", Type::text, kRequired, "PCI address; may be empty"},
        {"driver", Type::text, kRequired, "of the kernel, with its version; may be empty"},
        {"describedBy", Type::text, kRequired, "the CDI file, or ingot"},
        {"aliases", Type::text_list, kRequired, "its other names"},
        {"deviceNodes", Type::text_list, kRequired, "in a container that has it"},
        {"memoryBytes", Type::number, kOptional, "where it is known"},
        {"numaNode", Type::number, kOptional, "where it is known"},
        {"holders", Type::text_map, kRequired,
         "nodes and instances that were given it, by name: ready; given: another plugin than ingot's offers "
         "it to pods, or nobody; absent; or unknown: it does not run"},
        {"replicas", Type::number, kRequired, "how many pods of one node can share it"}}},
  };
}

}  // namespace ingot::live
