// SPDX-License-Identifier: Apache-2.0
// Commands that read logs inside a node, and one way to run them that leaves nothing behind.
// Internal to lib/logs.
#pragma once

#include "logs/component.hpp"
#include "logs/results.hpp"
#include "node/host.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::logs {

[[nodiscard]] std::vector<std::string> journal_command(const std::string& unit, const ReadOptions& options);
[[nodiscard]] std::vector<std::string> tail_command(const std::string& file, const ReadOptions& options,
                                                    bool from_start);

// Prints, for each container of the pods, "old FILE" with its newest log, then "ready"; with `follow` goes on
// with "new FILE" and "gone FILE" as they come and go.
[[nodiscard]] std::vector<std::string> watch_command(const std::string& pods, bool follow);

// Gives the output's lines to `on_line` until it returns false; the exit code, or -1 after that. The command
// ends as soon as this call does, or this process: its standard input, which then ends, is its leash.
int run_on_leash(node::Host& host, const std::string& node, const std::vector<std::string>& command,
                 const std::function<bool(std::string_view line)>& on_line, const std::stop_token& stop);

}  // namespace ingot::logs
