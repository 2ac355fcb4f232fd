// SPDX-License-Identifier: Apache-2.0
#include "instance/user_data.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "yaml/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace ingot::instance {

namespace {

using nlohmann::json;

constexpr std::string_view kConfig = "#cloud-config";
constexpr std::string_view kScript = "#!";
constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

json read(const std::string& text) {
  auto documents = yaml::read_json(text);
  return documents.empty() || documents.front().is_null() ? json::object() : documents.front();
}

// For the shell, whatever it holds.
std::string quote(std::string_view text) {
  return "'" + base::replace_all(std::string(text), "'", R"('\'')") + "'";
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// One text, or several, as cloud-init takes lists: "a, b" is two where `separator` is ','.
std::vector<std::string> texts_of(const json& object, const char* key, char separator = '\0') {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end()) {
    return texts;
  }
  for (const auto& one : found->is_array() ? *found : json::array({*found})) {
    if (one.is_string()) {
      const auto text = one.get<std::string>();
      for (const auto& part : separator == '\0' ? std::vector{text} : base::split(text, separator)) {
        texts.emplace_back(base::trim(part));
      }
    }
  }
  return texts;
}

bool is_text_list(const json& value) {
  return value.is_array() && std::ranges::all_of(value, [](const json& one) { return one.is_string(); });
}

// A command as one text for a shell, or as words.
bool is_command(const json& value) {
  return value.is_string() ||
         (!value.empty() && value.is_array() &&
          std::ranges::all_of(value, [](const json& word) { return word.is_string() || word.is_number(); }));
}

// --- what is wrong

class Findings {
 public:
  std::vector<std::string> run(const json& root) {
    if (!root.is_object()) {
      return {"it is no mapping"};
    }
    for (const auto& [key, value] : root.items()) {
      check(key, value);
    }
    return std::move(problems_);
  }

 private:
  void require(bool fine, const std::string& what, std::string_view shape) {
    if (!fine) {
      problems_.push_back(fmt::format("{} {}", what, shape));
    }
  }

  void check(const std::string& key, const json& value) {
    if (key == "users") {
      each(key, value, [this](const std::string& path, const json& user) { check_user(path, user); });
    } else if (key == "write_files") {
      each(key, value, [this](const std::string& path, const json& file) { check_file(path, file); });
    } else if (key == "runcmd") {
      each(key, value, [this](const std::string& path, const json& command) {
        require(is_command(command), path, "is neither a text nor a list of words");
      });
    } else if (key == "packages") {
      each(key, value, [this](const std::string& path, const json& package) {
        require(package.is_string() || is_text_list(package), path, "is no name of a package");
      });
    } else if (key == "ssh_authorized_keys") {
      require(is_text_list(value), key, "is no list of texts");
    } else if (key == "package_update" || key == "package_upgrade") {
      require(value.is_boolean(), key, "is neither true nor false");
    }
  }

  template <typename Check>
  void each(const std::string& key, const json& value, Check&& check_one) {
    require(value.is_array(), key, "is no list");
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      check_one(fmt::format("{}[{}]", key, i), value[i]);
    }
  }

  void check_user(const std::string& path, const json& user) {
    if (user.is_string()) {
      return;
    }
    require(user.is_object() && !text_of(user, "name").empty(), path, "has no name");
  }

  void check_file(const std::string& path, const json& file) {
    if (!file.is_object()) {
      require(false, path, "is no mapping");
      return;
    }
    require(text_of(file, "path").starts_with('/'), path + ".path", "is no absolute path");
    const auto encoding = text_of(file, "encoding");
    require(encoding.empty() || encoding == "text/plain" || encoding == "b64" || encoding == "base64",
            path + ".encoding", "is neither text/plain nor b64");
    require(encoding.empty() || encoding == "text/plain" || base::from_base64(text_of(file, "content")),
            path + ".content", "is not base64");
    const auto permissions = text_of(file, "permissions");
    require(permissions.find_first_not_of("01234567") == std::string::npos && permissions.size() <= 4 + 1,
            path + ".permissions", "are no octal number in quotes");
  }

  std::vector<std::string> problems_;
};

// --- what to do

class Script {
 public:
  std::string run(const json& root) {
    for (const auto& file : list_of(root, "write_files")) {
      write_file(file);
    }
    for (const auto& user : list_of(root, "users")) {
      add_user(user.is_string() ? json{{"name", user}} : user);
    }
    add_keys("root", "/root", texts_of(root, "ssh_authorized_keys"));
    add_packages(root);
    for (const auto& command : list_of(root, "runcmd")) {
      add_command(command);
    }
    return text_;
  }

 private:
  static json list_of(const json& root, const char* key) { return root.value(key, json::array()); }

  void line(std::string_view text) { text_.append(text).append("\n"); }

  void write_file(const json& file) {
    const auto path = text_of(file, "path");
    const auto encoding = text_of(file, "encoding");
    const bool encoded = !encoding.empty() && encoding != "text/plain";
    const auto content = encoded ? base::replace_all(text_of(file, "content"), "\n", "")
                                 : base::to_base64(text_of(file, "content"));
    line(fmt::format("mkdir -p \"$(dirname {})\"", quote(path)));
    line(fmt::format("printf %s {} | base64 -d {} {}", quote(content), flag_of(file, "append") ? ">>" : ">",
                     quote(path)));
    const auto permissions = text_of(file, "permissions");
    line(fmt::format("chmod {} {}", permissions.empty() ? "0644" : permissions, quote(path)));
    if (const auto owner = text_of(file, "owner"); !owner.empty()) {
      owners_.push_back(fmt::format("chown {} {}", quote(owner), quote(path)));
    }
  }

  void add_user(const json& user) {
    const auto name = text_of(user, "name");
    if (name == "default") {
      return;
    }
    std::string command = "useradd --create-home";
    const auto shell = text_of(user, "shell");
    command += " --shell " + quote(shell.empty() ? "/bin/bash" : shell);
    if (const auto gecos = text_of(user, "gecos"); !gecos.empty()) {
      command += " --comment " + quote(gecos);
    }
    if (const auto groups = texts_of(user, "groups", ','); !groups.empty()) {
      for (const auto& group : groups) {
        line(fmt::format("getent group {0} >/dev/null || groupadd {0}", quote(group)));
      }
      command += " --groups " + quote(base::join(groups, ","));
    }
    line(fmt::format("id -u {0} >/dev/null 2>&1 || {1} {0}", quote(name), command));
    for (const auto& rule : texts_of(user, "sudo")) {
      line("mkdir -p /etc/sudoers.d");
      line(fmt::format("printf '%s %s\\n' {} {} >>/etc/sudoers.d/90-ingot", quote(name), quote(rule)));
    }
    add_keys(name, fmt::format("\"$(getent passwd {} | cut -d: -f6)\"", quote(name)),
             texts_of(user, "ssh_authorized_keys"));
  }

  void add_keys(const std::string& user, const std::string& home, const std::vector<std::string>& keys) {
    if (keys.empty()) {
      return;
    }
    line(fmt::format("mkdir -p {0}/.ssh && chmod 700 {0}/.ssh", home));
    for (const auto& key : keys) {
      line(fmt::format("printf '%s\\n' {} >>{}/.ssh/authorized_keys", quote(key), home));
    }
    line(fmt::format("chmod 600 {0}/.ssh/authorized_keys && chown -R {1}: {0}/.ssh", home, quote(user)));
  }

  void add_packages(const json& root) {
    for (auto& owner : owners_) {  // those may be users that were added only now
      line(owner);
    }
    std::string names;
    for (const auto& package : list_of(root, "packages")) {
      // A list is a name and a version.
      names += " " + quote(package.is_string() ? package.get<std::string>() : base::join(package, "="));
    }
    const bool upgrade = flag_of(root, "package_upgrade");
    if (names.empty() && !upgrade && !flag_of(root, "package_update")) {
      return;
    }
    line("export DEBIAN_FRONTEND=noninteractive");
    line("apt-get -q update");
    if (upgrade) {
      line("apt-get -q -y upgrade");
    }
    if (!names.empty()) {
      line("apt-get -q -y install" + names);
    }
  }

  void add_command(const json& command) {
    if (command.is_string()) {
      line(fmt::format("sh -c {}", quote(command.get<std::string>())));
      return;
    }
    std::string words;
    for (const auto& word : command) {
      words += (words.empty() ? "" : " ") + quote(word.is_string() ? word.get<std::string>() : word.dump());
    }
    line(words);
  }

  std::string text_ = "set -eu\n";
  std::vector<std::string> owners_;
};

}  // namespace

std::vector<std::string> problems_of_user_data(const std::string& text) {
  if (text.empty() || text.starts_with(kScript)) {
    return {};
  }
  if (!text.starts_with(kConfig)) {
    return {fmt::format("its first line is neither '{}' nor '{}' and a program", kConfig, kScript)};
  }
  if (text.size() > kMostBytes) {
    return {"it is larger than 1 MiB"};
  }
  try {
    return Findings().run(read(text));
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    return failure.problems.empty() ? std::vector{failure.message} : failure.problems;
  }
}

std::vector<std::string> unknown_keys(const std::string& text) {
  constexpr std::array<std::string_view, 7> kKnown{"users",          "ssh_authorized_keys", "packages",
                                                   "package_update", "package_upgrade",     "write_files",
                                                   "runcmd"};
  std::vector<std::string> unknown;
  if (text.empty() || text.starts_with(kScript)) {
    return unknown;
  }
  const auto root = read(text);
  for (const auto& [key, value] : root.items()) {
    if (std::ranges::find(kKnown, key) == kKnown.end()) {
      unknown.push_back(key);
    }
  }
  return unknown;
}

std::string user_data_script(const std::string& text) {
  if (text.starts_with(kScript)) {
    return fmt::format(
        "set -eu\nfile=/var/lib/ingot/user-data\nmkdir -p \"${{file%/*}}\"\nprintf %s {} | base64 -d "
        ">\"$file\"\n"
        "chmod 700 \"$file\"\n\"$file\"\n",
        quote(base::to_base64(text)));
  }
  return Script().run(read(text));
}

}  // namespace ingot::instance
