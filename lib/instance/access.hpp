// SPDX-License-Identifier: Apache-2.0
// How its user comes into an instance by SSH: a key of its own on both sides. Each instance has a folder on
// the user's machine, readable by nobody else, with id_ed25519, id_ed25519.pub, known_hosts and ssh_config.
// What is lost there can be made anew. Errors: Error{environment} for what the system refuses.
#pragma once

#include "instance/results.hpp"
#include "pki/ssh_key.hpp"
#include "tar/tar.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::instance {

inline constexpr int kSshPort = 22;

struct Identity {
  pki::SshKey user;
  pki::SshKey host;
};

[[nodiscard]] Identity make_identity(const std::string& instance);

// What sshd in the instance needs. Reads nothing, writes nothing.
[[nodiscard]] std::vector<tar::File> files_inside(const Identity& identity);

// Where clients of this machine find what listens on `listened`: "0.0.0.0" is everywhere, so also here.
[[nodiscard]] std::string address_to_reach(const std::string& listened);

// The name by which ssh knows it: "dev.ingot".
[[nodiscard]] std::string ssh_name(std::string_view instance);
// For ssh_config(5).
[[nodiscard]] std::string ssh_config(std::string_view instance, const SshAccess& access);

// Fills `access.folder`, below `parent`. `host_line`: the instance's public key.
void save_access(const std::string& parent, const std::string& instance, SshAccess& access,
                 const pki::SshKey& user, const std::string& host_line);
[[nodiscard]] bool has_access(const std::string& parent, const std::string& instance);
void forget_access(const std::string& parent, const std::string& instance);
[[nodiscard]] std::string access_folder(const std::string& parent, std::string_view instance);

// The text of ~/.ssh/config with one line that includes the files of all instances, before everything else:
// ssh takes the first value that it finds. Unchanged when it is there. Pure.
[[nodiscard]] std::string with_include(const std::string& config, const std::string& parent);
// The same with the file, which is made when there is none. False: it was there.
bool include_in(const std::string& config_file, const std::string& parent);

}  // namespace ingot::instance
