// SPDX-License-Identifier: Apache-2.0
#include "instance/access.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::instance {

namespace {

constexpr int kSecret = 0600;
constexpr int kSecretFolder = 0700;

[[noreturn]] void throw_refused(const std::string& path) {
  throw base::Error(base::ErrorCode::environment, fmt::format("'{}' cannot be written", path),
                    std::strerror(errno));
}

// In one piece: who reads it meanwhile sees the old one or the new one.
void write_file(const std::string& path, std::string_view content, int mode) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());
  const base::Fd file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file) {
    throw_refused(path);
  }
  while (!content.empty()) {
    const auto count = ::write(file.get(), content.data(), content.size());
    if (count < 0) {
      throw_refused(path);
    }
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    throw_refused(path);
  }
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error || (::mkdir(path.c_str(), kSecretFolder) != 0 && errno != EEXIST) ||
      ::chmod(path.c_str(), kSecretFolder) != 0) {
    throw_refused(path);
  }
}

}  // namespace

Identity make_identity(const std::string& instance) {
  return {.user = pki::make_ssh_key("ingot@" + instance), .host = pki::make_ssh_key("root@" + instance)};
}

std::vector<tar::File> files_inside(const Identity& identity) {
  return {
      {.path = "/etc/ssh/ssh_host_ed25519_key", .content = identity.host.private_text, .mode = kSecret},
      {.path = "/etc/ssh/ssh_host_ed25519_key.pub", .content = identity.host.public_line + "\n"},
      {.path = "/root/", .mode = kSecretFolder},
      {.path = "/root/.ssh/", .mode = kSecretFolder},
      {.path = "/root/.ssh/authorized_keys", .content = identity.user.public_line + "\n", .mode = kSecret}};
}

std::string address_to_reach(const std::string& listened) {
  if (listened.empty() || listened == "0.0.0.0") {
    return "127.0.0.1";
  }
  return listened == "::" ? "::1" : listened;
}

std::string ssh_name(std::string_view instance) {
  return fmt::format("{}.ingot", instance);
}

std::string ssh_config(std::string_view instance, const SshAccess& access) {
  return fmt::format(
      "Host {}\n"
      "  HostName {}\n"
      "  Port {}\n"
      "  User {}\n"
      "  IdentityFile \"{}/id_ed25519\"\n"
      "  IdentitiesOnly yes\n"
      "  UserKnownHostsFile \"{}/known_hosts\"\n"
      "  HostKeyAlias {}\n"
      "  StrictHostKeyChecking yes\n",
      ssh_name(instance), access.address, access.port, access.user, access.folder, access.folder,
      ssh_name(instance));
}

std::string access_folder(const std::string& parent, std::string_view instance) {
  return fmt::format("{}/{}", parent, instance);
}

void save_access(const std::string& parent, const std::string& instance, SshAccess& access,
                 const pki::SshKey& user, const std::string& host_line) {
  access.folder = access_folder(parent, instance);
  make_folder(access.folder);
  write_file(access.folder + "/id_ed25519", user.private_text, kSecret);
  write_file(access.folder + "/id_ed25519.pub", user.public_line + "\n", kSecret);
  write_file(access.folder + "/known_hosts", fmt::format("{} {}\n", ssh_name(instance), host_line), kSecret);
  write_file(access.folder + "/ssh_config", ssh_config(instance, access), kSecret);
}

bool has_access(const std::string& parent, const std::string& instance) {
  const auto folder = access_folder(parent, instance);
  return ::access((folder + "/id_ed25519").c_str(), R_OK) == 0 &&
         ::access((folder + "/ssh_config").c_str(), R_OK) == 0;
}

void forget_access(const std::string& parent, const std::string& instance) {
  const auto folder = access_folder(parent, instance);
  for (const char* name : {"id_ed25519", "id_ed25519.pub", "known_hosts", "ssh_config"}) {
    ::unlink(fmt::format("{}/{}", folder, name).c_str());
  }
  ::rmdir(folder.c_str());
}

std::string with_include(const std::string& config, const std::string& parent) {
  const auto line = fmt::format("Include \"{}/*/ssh_config\"", parent);
  for (const auto& one : base::split(config, '\n')) {
    if (base::trim(one) == line) {
      return config;
    }
  }
  return line + "\n" + config;
}

bool include_in(const std::string& config_file, const std::string& parent) {
  std::error_code error;
  auto path = std::filesystem::path(config_file);
  if (std::filesystem::is_symlink(path, error)) {
    path = std::filesystem::canonical(path, error);  // people keep it elsewhere
  }
  std::ifstream file(path, std::ios::binary);
  const std::string old{std::istreambuf_iterator<char>(file), {}};
  const auto changed = with_include(old, parent);
  if (changed == old) {
    return false;
  }
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (!exists) {
    make_folder(path.parent_path().string());
  }
  write_file(path.string(), changed, exists ? static_cast<int>(status.st_mode & 0777U) : kSecret);
  return true;
}

}  // namespace ingot::instance
