// SPDX-License-Identifier: Apache-2.0
// What a user may settle once instead of typing it: flag > environment > user file > built-in, each value
// with where it came from. The user file is $XDG_CONFIG_HOME/ingot/config.yaml, a flat mapping. (The cluster
// file given by -f comes between environment and user file; it is no business of this file.)
#pragma once

#include "host.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

struct Setting {
  std::string value;
  std::string origin;  // "--output", "INGOT_OUTPUT", "/home/me/.config/ingot/config.yaml:3", "built-in"
};

struct SettingRule {
  std::string_view key;                     // "output", as in the user file; the flag is --output
  std::vector<std::string_view> variables;  // first one set wins
  std::string_view built_in;
  std::vector<std::string> choices;
  std::string_view meaning;
};

[[nodiscard]] const SettingRule& setting_rule(std::string_view key);
[[nodiscard]] std::vector<std::string_view> setting_keys();

struct FileValue {
  std::string text;
  int line = 0;
};

class Settings {
 public:
  // Reads the user file if there is one. Error{invalid_input} with all its problems, or for a value, of file
  // or environment, that is no choice.
  explicit Settings(const Environment& environment);

  // `flag` is what the command line said; empty: nothing. Error{invalid_input} for a value that is no choice.
  [[nodiscard]] Setting get(std::string_view key, std::string_view flag = {}) const;
  // The same without the user file: for what a cluster file may say, too.
  [[nodiscard]] Setting from_environment(std::string_view key, std::string_view flag = {}) const;

 private:
  Environment environment_;
  std::string path_;
  std::map<std::string, FileValue, std::less<>> user_;
};

// $XDG_CONFIG_HOME or ~/.config, and the like; empty when neither the variable nor HOME is set.
[[nodiscard]] std::string xdg_folder(const Environment& environment, std::string_view variable,
                                     std::string_view below_home);

// "5m" as a duration; Error{invalid_input} that names the setting's origin.
[[nodiscard]] std::chrono::milliseconds to_duration(const Setting& setting, std::string_view what);

// What a command's --timeout says, where it was given. Errors as to_duration().
void set_timeout(std::chrono::milliseconds& timeout, const std::string& given);

// A whole number from `least` to `most`; Error{invalid_input} otherwise.
[[nodiscard]] int to_number(std::string_view text, std::string_view what, int least, int most);

}  // namespace ingot::cli
