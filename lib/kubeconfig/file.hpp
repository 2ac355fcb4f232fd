// SPDX-License-Identifier: Apache-2.0
// Reading and replacing a user's file. Internal to lib/kubeconfig. Throws base::Error{environment} that names
// the file and what the system said.
#pragma once

#include <optional>
#include <string>

namespace ingot::kubeconfig {

// Where a path leads through symbolic links, also if nothing is there yet.
[[nodiscard]] std::string follow_links(const std::string& path);

// The text of a regular file; nothing if it does not exist.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);

// Makes the missing folders above `path`, with mode 0755.
void make_folder_of(const std::string& path);

// Throws if `path` exists and may not be written.
void check_writable(const std::string& path);

// Puts `text` in place of the file in one step, keeping mode and owner; a new file gets mode 0600. `path`
// must not be a symbolic link. Where a rename cannot keep what is there (a mount point, another owner), the
// file is written in place, as kubectl would.
void replace_file(const std::string& path, const std::string& text);

}  // namespace ingot::kubeconfig
