// SPDX-License-Identifier: Apache-2.0
// One object per line; docs/json.md has the members.
#include "output/displays.hpp"
#include "output/failure.hpp"
#include "output/value.hpp"

#include <mutex>

namespace ingot::cli::output {

namespace {

std::string_view to_text(plan::Level level) {
  switch (level) {
    case plan::Level::info:
      return "info";
    case plan::Level::warning:
      return "warning";
    case plan::Level::error:
      return "error";
  }
  return "error";
}

// Adds the members of an event's body to those that every event has.
struct Members {
  Value::Object& object;

  void operator()(const plan::OperationStarted& body) const {
    Value::List steps;
    for (const auto& step : body.steps) {
      steps.emplace_back(Value::Object{{"id", step.id}, {"title", step.title}});
    }
    add("operationStarted", {{"verb", body.verb}, {"subject", body.subject}, {"steps", std::move(steps)}});
  }
  void operator()(const plan::StepStarted& body) const {
    add("stepStarted", {{"id", body.id}, {"title", body.title}});
  }
  void operator()(const plan::StepProgress& body) const {
    add("stepProgress",
        {{"id", body.id}, {"text", body.text}, {"current", body.current}, {"total", body.total}});
  }
  void operator()(const plan::StepMark& body) const {
    add("stepMark", {{"id", body.id}, {"text", body.text}});
  }
  void operator()(const plan::StepFinished& body) const {
    add("stepFinished", {{"id", body.id},
                         {"title", body.title},
                         {"state", plan::to_text(body.state)},
                         {"elapsed", std::int64_t{body.elapsed.count()}}});
    if (body.failure) {
      object.emplace_back("failure", failure_value(*body.failure));
    }
  }
  void operator()(const plan::Notice& body) const {
    add("notice", {{"level", to_text(body.level)}, {"text", body.text}});
  }
  void operator()(const plan::OperationFinished& body) const {
    add("operationFinished",
        {{"succeeded", body.succeeded}, {"elapsed", std::int64_t{body.elapsed.count()}}});
  }

  void add(const char* type, const Value::Object& members) const {
    object.emplace_back("type", type);
    object.insert(object.end(), members.begin(), members.end());
  }
};

class ProgressJson final : public Progress {
 public:
  explicit ProgressJson(const OutStream& stream) : stream_(stream) {}

  void on(const plan::Event& event) noexcept override {
    Value::Object object{{"at", std::int64_t{event.at.count()}}};
    std::visit(Members{object}, event.body);
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
