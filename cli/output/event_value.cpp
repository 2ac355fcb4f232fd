// SPDX-License-Identifier: Apache-2.0
#include "output/event_value.hpp"

#include "output/failure.hpp"

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

}  // namespace

Value::Object event_members(const plan::Event& event) {
  Value::Object object{{"at", std::int64_t{event.at.count()}}};
  std::visit(Members{object}, event.body);
  return object;
}

}  // namespace ingot::cli::output
