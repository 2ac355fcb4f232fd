// SPDX-License-Identifier: Apache-2.0
// One object per line; docs/json.md has the members.
#include "output/displays.hpp"
#include "output/event_value.hpp"

#include <mutex>

namespace ingot::cli::output {

namespace {

class ProgressJson final : public Progress {
 public:
  explicit ProgressJson(const OutStream& stream) : stream_(stream) {}

  void on(const plan::Event& event) noexcept override {
    auto object = event_members(event);
    const std::lock_guard lock(mutex_);
    last_ = event.at;
    stream_.write(Value(std::move(object)).to_json_line() + "\n");
  }
  void note(std::string_view text) noexcept override {
    plan::Event event{.body = plan::Notice{plan::Level::info, std::string(text)}};
    {
      const std::lock_guard lock(mutex_);
      event.at = last_;
    }
    on(event);
  }

 private:
  const OutStream& stream_;
  std::mutex mutex_;
  std::chrono::milliseconds last_{0};
};

}  // namespace

std::unique_ptr<Progress> make_progress_json(const OutStream& stream) {
  return std::make_unique<ProgressJson>(stream);
}

}  // namespace ingot::cli::output
