// SPDX-License-Identifier: Apache-2.0
// The four displays behind make_progress(), one per .cpp file of the same name.
#pragma once

#include "output/progress.hpp"

namespace ingot::cli::output {

[[nodiscard]] std::unique_ptr<Progress> make_progress_tty(const OutStream& stream,
                                                          const ProgressOptions& options);
[[nodiscard]] std::unique_ptr<Progress> make_progress_plain(const OutStream& stream,
                                                            const ProgressOptions& options);
[[nodiscard]] std::unique_ptr<Progress> make_progress_json(const OutStream& stream);
[[nodiscard]] std::unique_ptr<Progress> make_progress_quiet(const OutStream& stream, const Style& style);

}  // namespace ingot::cli::output
