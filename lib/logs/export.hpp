// SPDX-License-Identifier: Apache-2.0
// `cluster logs NAME DIR`: everything for a bug report in one folder, as far as it can be had. docs/logs.md
// has the layout.
#pragma once

#include "logs/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <string>

namespace ingot::logs {

// Error{not_found} when no container carries the name, Error{environment} when the folder cannot be made.
// Anything else that fails is in `missing`. When it is interrupted, what was written stays.
[[nodiscard]] ExportResult export_logs(node::Host& host, const std::string& cluster,
                                       const ExportOptions& options, const plan::Interrupts& interrupts,
                                       plan::EventSink& events);

}  // namespace ingot::logs
