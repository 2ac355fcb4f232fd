// SPDX-License-Identifier: Apache-2.0
#include "output/progress.hpp"

#include "output/displays.hpp"

namespace ingot::cli::output {

ProgressKind to_progress_kind(std::string_view setting, const Style& style, bool quiet) {
  if (quiet || setting == "quiet") {
    return ProgressKind::quiet;
  }
  if (setting == "json") {
    return ProgressKind::json;
  }
  if (setting == "tty") {
    return ProgressKind::tty;
  }
  return setting == "auto" && style.animated ? ProgressKind::tty : ProgressKind::plain;
}

std::unique_ptr<Progress> make_progress(const OutStream& stream, const ProgressOptions& options) {
  switch (options.kind) {
    case ProgressKind::tty:
      return make_progress_tty(stream, options);
    case ProgressKind::plain:
      return make_progress_plain(stream, options);
    case ProgressKind::json:
      return make_progress_json(stream);
    case ProgressKind::quiet:
      break;
  }
  return make_progress_quiet(stream, options.style);
}

}  // namespace ingot::cli::output
