// SPDX-License-Identifier: Apache-2.0
// What has to be done by somebody else, should this program be killed in the midst of something: a shell that
// waits at the end of a pipe, in a session of its own, and runs a command of ours when the pipe breaks.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace ingot::cli {

// From now until the returned object goes: `ingot WORDS...`, once this program has ended without that. Null
// where no process can be started: then nothing is done. Any thread.
[[nodiscard]] std::shared_ptr<void> when_killed(const std::vector<std::string>& words);

}  // namespace ingot::cli
