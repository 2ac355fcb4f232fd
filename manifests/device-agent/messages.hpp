// SPDX-License-Identifier: Apache-2.0
// The messages of the device plugin API that are needed (kubernetes, staging/src/k8s.io/kubelet/pkg/apis/
// deviceplugin/v1beta1/api.proto), in protobuf's wire format. What comes in is untrusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::agent {

inline constexpr std::string_view kRegister = "/v1beta1.Registration/Register";
inline constexpr std::string_view kGetOptions = "/v1beta1.DevicePlugin/GetDevicePluginOptions";
inline constexpr std::string_view kListAndWatch = "/v1beta1.DevicePlugin/ListAndWatch";
inline constexpr std::string_view kGetPreferred = "/v1beta1.DevicePlugin/GetPreferredAllocation";
inline constexpr std::string_view kAllocate = "/v1beta1.DevicePlugin/Allocate";

// `endpoint`: the plugin's socket, a name in the kubelet's folder.
[[nodiscard]] std::string register_request(std::string_view endpoint, std::string_view resource);
// All of them healthy: what is not there is not listed.
[[nodiscard]] std::string device_list(const std::vector<std::string>& ids);

// That the plugin wants to be asked which of several devices it prefers.
[[nodiscard]] std::string plugin_options();

// One entry for each container.
using Allocation = std::vector<std::vector<std::string>>;
// Nothing when it is no such message.
[[nodiscard]] std::optional<Allocation> read_allocate_request(std::string_view message);
// By qualified CDI names.
[[nodiscard]] std::string allocate_response(const Allocation& cdi_devices);

// Of one container: so many of `available`, `included` among them.
struct Choice {
  std::vector<std::string> available;
  std::vector<std::string> included;
  std::uint64_t size = 0;
};
// Nothing when it is no such message.
[[nodiscard]] std::optional<std::vector<Choice>> read_preferred_request(std::string_view message);
[[nodiscard]] std::string preferred_response(const Allocation& ids);

// A message as gRPC sends it, and back: not compressed, whole.
[[nodiscard]] std::string framed(std::string_view message);
[[nodiscard]] std::optional<std::string_view> unframed(std::string_view body);

}  // namespace ingot::agent
