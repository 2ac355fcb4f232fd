// SPDX-License-Identifier: Apache-2.0
#include "library_cache.hpp"

#include "base/fd.hpp"
#include "failure.hpp"
#include "places.hpp"
#include "text_file.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace ingot::agent {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Ubuntu's /sbin/ldconfig is a script.
base::Fd open_ldconfig() {
  for (const auto* path : {"/sbin/ldconfig.real", "/sbin/ldconfig"}) {
    if (base::Fd program(::open(path, O_RDONLY | O_CLOEXEC)); program) {
      return program;
    }
  }
  return {};
}

}  // namespace

std::string root_of(const std::string& state) {
  const std::filesystem::path bundle = text_at(json::parse(state, nullptr, false), "bundle");
  const auto config = json::parse(read_text((bundle / "config.json").string()), nullptr, false);
  const auto root = config.is_object() ? text_at(config.value("root", json()), "path") : std::string();
  if (bundle.empty() || root.empty()) {
    fail("a runtime's state of a container was expected on standard input");
  }
  return (bundle / root).string();
}

bool write_linker_file(const std::vector<std::string>& folders) {
  std::string text;
  for (const auto& folder : folders) {
    text += folder + "\n";
  }
  if (!std::filesystem::exists("/etc/ld.so.conf")) {
    replace_text("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
  }
  return replace_text(kLinkerFile, text);
}

void cache_libraries(const std::string& root, const std::vector<std::string>& folders) {
  const auto ldconfig = open_ldconfig();
  if (::chroot(root.c_str()) != 0 || ::chdir("/") != 0) {
    fail_with_errno(root + " cannot be entered");
  }
  ::umask(022);
  write_linker_file(folders);
  if (ldconfig) {
    std::array<char, 9> name{"ldconfig"};
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    ::fexecve(ldconfig.get(), arguments.data(), environment.data());
    fail_with_errno("ldconfig cannot be run");
  }
}

}  // namespace ingot::agent
