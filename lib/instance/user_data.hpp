// SPDX-License-Identifier: Apache-2.0
// What an instance does with itself when it starts for the first time: a script, or the part of #cloud-config
// (cloudinit.readthedocs.io/en/latest/reference/modules.html) that every cloud's users know: users,
// ssh_authorized_keys, packages, package_update, package_upgrade, write_files and runcmd. In images with
// cloud-init that one does it, and all else that it can; in others a script that is made here. Pure.
#pragma once

#include <string>
#include <vector>

namespace ingot::instance {

// A clause for each mistake in what is known here. Keys that are not known are none: cloud-init may know
// them.
[[nodiscard]] std::vector<std::string> problems_of_user_data(const std::string& text);

// The keys that only cloud-init could do.
[[nodiscard]] std::vector<std::string> unknown_keys(const std::string& text);

// For /bin/sh in an instance with Debian's or a relative's commands, as root, once; ends at the first
// failure. `text` has no problems and no unknown keys.
[[nodiscard]] std::string user_data_script(const std::string& text);

}  // namespace ingot::instance
