// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/suggest.hpp"
#include "yaml/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace ingot::cli {

namespace {

const std::vector<SettingRule>& rules() {
  static const std::vector<SettingRule> all{
      {"cluster",
       {"INGOT_CLUSTER", "KIND_CLUSTER_NAME"},
       "kind",
       {},
       "name of the cluster meant when none is given"},
      {"output", {"INGOT_OUTPUT"}, "table", {"table", "wide", "json", "yaml", "name"}, "form of results"},
      {"progress",
       {"INGOT_PROGRESS"},
       "auto",
       {"auto", "tty", "plain", "json", "quiet"},
       "how progress is shown"},
      {"timeout", {"INGOT_TIMEOUT"}, "5m", {}, "how long cluster create waits"},
      {"image", {"INGOT_IMAGE"}, "", {}, "node image where a cluster file names none"},
      {"network", {"INGOT_NETWORK", "KIND_EXPERIMENTAL_DOCKER_NETWORK"}, "kind", {}, "network of the nodes"},
      {"bootstrap",
       {"INGOT_BOOTSTRAP"},
       "auto",
       {"auto", "native", "kubeadm"},
       "how a control plane is started"},
      {"socket", {"INGOT_SOCKET"}, "", {}, "Unix socket of ingot serve and ingot watch"},
      {"server",
       {"INGOT_SERVER"},
       "",
       {},
       "ingot serve that runs commands: path of its socket, HOST:PORT or https://HOST:PORT (with "
       "INGOT_TOKEN)"},
      {"server-cert",
       {"INGOT_SERVER_CERT"},
       "",
       {},
       "certificate of that server: PEM file, or sha256:FINGERPRINT"},
      {"log", {"INGOT_LOG"}, "", {}, "file that keeps what ingot did (ingot help environment); off: none"},
  };
  return all;
}

void check(const SettingRule& rule, const Setting& setting) {
  if (rule.choices.empty() || std::ranges::find(rule.choices, setting.value) != rule.choices.end()) {
    return;
  }
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = fmt::format("unknown value '{}' of {}; known: {}", setting.value,
                                            setting.origin, base::join(rule.choices, ", "))});
}

std::string unknown_key(const yaml::Node& key) {
  const auto nearest = config::closest(key.text, setting_keys());
  return fmt::format("line {}: unknown key '{}'{}", key.line, key.text,
                     nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
}

std::map<std::string, FileValue, std::less<>> read_user_file(const std::string& path) {
  std::map<std::string, FileValue, std::less<>> values;
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file) {
    return values;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  base::Failure failure{.code = base::ErrorCode::invalid_input,
                        .message = fmt::format("the settings in '{}' are not valid", path),
                        .remedy = "ingot help config"};
  const auto keys = setting_keys();
  try {
    const auto root = yaml::parse_first(text);
    if (root.kind == yaml::Kind::scalar || root.kind == yaml::Kind::sequence) {
      failure.problems.emplace_back("line 1: expected 'key: value' lines");
    }
    for (const auto& [key, value] : root.entries) {
      if (std::ranges::find(keys, key.text) == keys.end()) {
        failure.problems.push_back(unknown_key(key));
      } else if (value.kind != yaml::Kind::scalar) {
        failure.problems.push_back(fmt::format("line {}: '{}' needs one value", key.line, key.text));
      } else if (!values.emplace(key.text, FileValue{value.text, key.line}).second) {
        failure.problems.push_back(fmt::format("line {}: '{}' is given twice", key.line, key.text));
      }
    }
  } catch (const base::Error& error) {
    failure.problems = error.failure().problems;
    failure.cause = failure.problems.empty() ? error.failure().message : "";
  }
  if (!failure.problems.empty() || !failure.cause.empty()) {
    throw base::Error(std::move(failure));
  }
  return values;
}

std::string user_file_path(const Environment& environment) {
  if (const auto given = lookup(environment, "INGOT_CONFIG"); !given.empty()) {
    return std::string(given);
  }
  const auto folder = xdg_folder(environment, "XDG_CONFIG_HOME", ".config");
  return folder.empty() ? "" : folder + "/ingot/config.yaml";
}

}  // namespace

const SettingRule& setting_rule(std::string_view key) {
  const auto found = std::ranges::find(rules(), key, &SettingRule::key);
  if (found == rules().end()) {
    throw base::Error(base::ErrorCode::internal, fmt::format("there is no setting '{}'", key));
  }
  return *found;
}

std::vector<std::string_view> setting_keys() {
  std::vector<std::string_view> keys;
  for (const auto& rule : rules()) {
    keys.push_back(rule.key);
  }
  return keys;
}

Settings::Settings(const Environment& environment)
    : environment_(environment), path_(user_file_path(environment)), user_(read_user_file(path_)) {
  for (const auto& rule : rules()) {
    (void)get(rule.key);  // a value that is wrong is told even where it would not be used
  }
}

Setting Settings::from_environment(std::string_view key, std::string_view flag) const {
  const auto& rule = setting_rule(key);
  Setting setting;
  if (!flag.empty()) {
    setting = {std::string(flag), fmt::format("--{}", key)};
  }
  for (const auto variable : rule.variables) {
    if (const auto value = lookup(environment_, variable); setting.value.empty() && !value.empty()) {
      setting = {std::string(value), std::string(variable)};
    }
  }
  if (!setting.value.empty()) {
    check(rule, setting);
  }
  return setting;
}

Setting Settings::get(std::string_view key, std::string_view flag) const {
  const auto& rule = setting_rule(key);
  Setting setting = from_environment(key, flag);
  if (const auto found = user_.find(key); setting.value.empty() && found != user_.end()) {
    setting = {found->second.text, fmt::format("{}:{}", path_, found->second.line)};
  }
  if (setting.value.empty()) {
    return {std::string(rule.built_in), "built-in"};
  }
  check(rule, setting);
  return setting;
}

std::string xdg_folder(const Environment& environment, std::string_view variable,
                       std::string_view below_home) {
  const auto given = lookup(environment, variable);
  if (given.starts_with('/')) {  // the specification: relative paths are to be ignored
    return std::string(given);
  }
  const auto home = lookup(environment, "HOME");
  return home.empty() ? "" : fmt::format("{}/{}", home, below_home);
}

std::chrono::milliseconds to_duration(const Setting& setting, std::string_view what) {
  const auto duration = base::parse_duration(setting.value);
  if (!duration || duration->count() <= 0) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("'{}' is no {}", setting.value, what),
                       .cause = fmt::format("it comes from {}", setting.origin),
                       .remedy = "write a duration such as 90s or 5m"});
  }
  return *duration;
}

void set_timeout(std::chrono::milliseconds& timeout, const std::string& given) {
  if (!given.empty()) {
    timeout = to_duration({given, "--timeout"}, "time limit");
  }
}

int to_number(std::string_view text, std::string_view what, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("{} takes a number from {} to {}, not '{}'", what, least, most, text));
  }
  return number;
}

}  // namespace ingot::cli
