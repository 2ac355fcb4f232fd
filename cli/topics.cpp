// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "manual.hpp"
#include "settings.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

constexpr const char* kExitCodes = R"(0     done; also: nothing to do, an empty list
1     failed
2     wrong usage, or a cluster file or setting that is not valid
3     the named thing was not found
4     conflict: it exists already, or is in use
5     the environment is not ready: no engine, no permission, something missing
6     a time limit passed
130   interrupted by Ctrl-C (143: by SIGTERM, 129: by SIGHUP)

ingot cluster status exits 0 for a healthy cluster, 1 for an unhealthy one, and
3 when there is none of that name; so does ingot instance status. ingot doctor
exits 0 or 5. ingot kubectl, node exec, instance exec, and instance run with a
command exit as the command does, and with 125 when it could not be run.
)";

constexpr const char* kOthers = R"(
Respected from others:

DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH   where the engine is (unix and tcp)
DOCKER_CONTEXT                                     docker context whose engine is taken without
                                                   DOCKER_HOST; else the current one of docker's
KUBECONFIG, HOME                                   which kubeconfig file is written
HTTP_PROXY, HTTPS_PROXY, NO_PROXY                  handed to the nodes
DOCKER_CONFIG                                      docker's folder (~/.docker): contexts, and proxies
                                                   that are handed to the nodes else
KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER           handed to the nodes
NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM        colours
COLUMNS, LANG, LC_ALL, LC_CTYPE                    width, and symbols beyond ASCII
CI                                                 no animation when set
XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME,
XDG_DATA_HOME                                      folders of ingot's files

For GPUs that are elsewhere, or none (docs/gpus.md):

INGOT_CDI_DIRS                                     folders of CDI files, separated by colons, the most
                                                   important last; else /etc/cdi:/var/run/cdi
INGOT_GPU_ROOT                                     folder in which /proc, /sys and /dev are read
INGOT_NVML_LIBRARY                                 NVIDIA's management library, or "off"

An empty variable counts as one that is not set.

Every command that changes something appends its events, as JSON lines, to the file
$XDG_STATE_HOME/ingot/events.jsonl (~/.local/state/ingot/events.jsonl). At 4 MiB it becomes
events.jsonl.1, and the one before that goes. INGOT_LOG names another file, or is "off".
)";

std::string environment_text() {
  std::string text = "Settings (ingot help config says what else can set them):\n\n";
  for (const auto key : setting_keys()) {
    const auto& rule = setting_rule(key);
    std::string names;
    for (const auto variable : rule.variables) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", variable);
    }
    text += fmt::format("{:<50} {}\n", names, rule.meaning);
  }
  return text + fmt::format("{:<50} {}\n", "INGOT_CONFIG", "path of the user file") + kOthers;
}

std::string config_text() {
  std::string text =
      "A setting comes from the first of these that has it:\n\n"
      "  1. the flag\n"
      "  2. the environment variable (ingot help environment)\n"
      "  3. the cluster file given by -f, for what it can say: name, images\n"
      "  4. the user file, $XDG_CONFIG_HOME/ingot/config.yaml (~/.config/ingot/config.yaml)\n"
      "  5. the built-in value\n\n"
      "An image of the environment or the user file is only for nodes whose image the\n"
      "cluster file leaves open; the flag --image is for all of them.\n\n"
      "The user file holds 'key: value' lines. The keys, with their built-in values:\n\n";
  for (const auto key : setting_keys()) {
    const auto& rule = setting_rule(key);
    text += fmt::format("  {:<12}{:<9}{}{}\n", rule.key, rule.built_in.empty() ? "-" : rule.built_in,
                        rule.meaning, rule.choices.empty() ? "" : ": " + base::join(rule.choices, ", "));
  }
  return text + "\ningot config show prints the values that hold now, and where each comes from.\n";
}

}  // namespace

std::vector<Topic> help_topics() {
  return {{"exit-codes", "what the exit codes mean", kExitCodes},
          {"environment", "environment variables", environment_text()},
          {"config", "settings and where they come from", config_text()}};
}

}  // namespace ingot::cli
