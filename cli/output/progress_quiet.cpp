// SPDX-License-Identifier: Apache-2.0
#include "output/displays.hpp"

namespace ingot::cli::output {

namespace {

// Warnings and errors only.
class ProgressQuiet final : public Progress {
 public:
  ProgressQuiet(const OutStream& stream, const Style& style) : stream_(stream), style_(style) {}

  void on(const plan::Event& event) noexcept override {
    const auto* notice = std::get_if<plan::Notice>(&event.body);
    if (notice != nullptr && notice->level != plan::Level::info) {
      stream_.write(style_.paint(Colour::yellow, "warning:") + " " + notice->text + "\n");
    }
  }
  void note(std::string_view text) noexcept override { stream_.write(std::string(text) + "\n"); }

 private:
  const OutStream& stream_;
  Style style_;
};

}  // namespace

std::unique_ptr<Progress> make_progress_quiet(const OutStream& stream, const Style& style) {
  return std::make_unique<ProgressQuiet>(stream, style);
}

}  // namespace ingot::cli::output
