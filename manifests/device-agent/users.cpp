// SPDX-License-Identifier: Apache-2.0
#include "users.hpp"

#include "text_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

namespace ingot::agent {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// By its name as well as by what it is: a stand-in for a GPU may be /dev/null, which everybody has open.
bool is_device(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && (S_ISCHR(facts.st_mode) || S_ISBLK(facts.st_mode));
}

std::set<std::string> open_devices(const fs::path& process, const std::vector<std::string>& wanted) {
  std::set<std::string> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(process / "fd", ignored)) {
    const auto target = fs::read_symlink(entry.path(), ignored).string();
    if (std::ranges::find(wanted, target) != wanted.end() && is_device(entry.path().string())) {
      found.insert(target);
    }
  }
  return found;
}

}  // namespace

std::string users(const std::vector<std::string>& device_paths, const std::string& proc) {
  json list = json::array();
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(proc, ignored)) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) {
      continue;
    }
    for (const auto& path : open_devices(entry.path(), device_paths)) {
      auto program = read_text((entry.path() / "comm").string());
      program.erase(program.find_last_not_of('\n') + 1);
      list.push_back({{"pid", std::stol(name)}, {"program", program}, {"path", path}});
    }
  }
  return list.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace ingot::agent
