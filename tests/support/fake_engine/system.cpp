// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/call.hpp"

namespace ingot::testing {

void get_version(Call& call) {
  call.exchange.answer(to_reply(200, {{"Version", "26.1.5"},
                                      {"ApiVersion", "1.45"},
                                      {"MinAPIVersion", "1.24"},
                                      {"GitCommit", "fake"},
                                      {"GoVersion", "go1.22"},
                                      {"Os", "linux"},
                                      {"Arch", "amd64"},
                                      {"KernelVersion", "6.1.0"}}));
}

void get_info(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const Json runtimes = {{"runc", {{"path", "runc"}}}, {"io.containerd.runc.v2", {{"path", "runc"}}}};
  call.exchange.answer(
      to_reply(200, {{"ID", "fake"},
                     {"Containers", call.state.containers.size()},
                     {"Images", call.state.images.size()},
                     {"Driver", "overlay2"},
                     {"DriverStatus", Json::array({Json::array({"Backing Filesystem", "extfs"}),
                                                   Json::array({"Supports d_type", "true"})})},
                     {"CgroupDriver", "systemd"},
                     {"CgroupVersion", "2"},
                     {"KernelVersion", "6.1.0"},
                     {"OperatingSystem", "Fake Linux"},
                     {"OSType", "linux"},
                     {"Architecture", "x86_64"},
                     {"NCPU", kMachineCpus},
                     {"MemTotal", kMachineMemory},
                     {"DockerRootDir", "/var/lib/docker"},
                     {"Name", "fake"},
                     {"ServerVersion", "26.1.5"},
                     {"Runtimes", runtimes},
                     {"DefaultRuntime", "runc"},
                     {"SecurityOptions", Json::array({"name=seccomp,profile=builtin", "name=cgroupns"})},
                     {"SystemTime", to_time_text(std::chrono::system_clock::now())},
                     {"Warnings", nullptr}}));
}

}  // namespace ingot::testing
