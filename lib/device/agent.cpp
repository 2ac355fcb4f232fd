// SPDX-License-Identifier: Apache-2.0
#include "device/agent.hpp"

namespace ingot::device {

namespace {

constexpr const char* kUnit =
    "# By ingot: tells the kubelet which devices this node was given.\n"
    "[Unit]\n"
    "Description=ingot device plugin\n"
    "[Service]\n"
    "ExecStart=/kind/ingot/agent plugin\n"
    "Restart=always\n"
    "RestartSec=1\n"
    "[Install]\n"
    "WantedBy=multi-user.target\n";

}  // namespace

std::vector<tar::File> agent_files(bool for_kubelet) {
  std::vector<tar::File> files{{kAgentPath, std::string(agent_program()), 0755}};
  if (for_kubelet) {
    const std::string units = "/etc/systemd/system/";
    files.push_back({units + kPluginService, kUnit});
    files.push_back({.path = units + "multi-user.target.wants/" + kPluginService,
                     .content = "",
                     .mode = 0777,
                     .link_target = units + kPluginService});
  }
  return files;
}

const char* start_plugin() {
  return "systemctl daemon-reload && systemctl restart ingot-device-plugin.service";
}

const char* stop_plugin() {
  return "if systemctl --quiet is-enabled ingot-device-plugin.service 2>/dev/null; then\n"
         "  systemctl --quiet disable --now ingot-device-plugin.service || exit 3\n"
         "fi\n"
         "rm -f /run/ingot/device-plugin.json\n";
}

}  // namespace ingot::device
