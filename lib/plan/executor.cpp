// SPDX-License-Identifier: Apache-2.0
#include "plan/executor.hpp"

#include "plan/mailbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

namespace ingot::plan {

namespace {

using base::Clock;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

class PostingContext final : public StepContext {
 public:
  PostingContext(Mailbox& mailbox, std::size_t step, std::stop_token stop)
      : mailbox_(mailbox), step_(step), stop_(std::move(stop)) {}

  [[nodiscard]] const std::stop_token& stop() const override { return stop_; }
  void progress(std::string_view text, std::int64_t current, std::int64_t total) override {
    mailbox_.post({.kind = Message::Kind::progress,
                   .step = step_,
                   .text = std::string(text),
                   .current = current,
                   .total = total});
  }
  void mark(std::string_view text) override {
    mailbox_.post({.kind = Message::Kind::mark, .step = step_, .text = std::string(text)});
  }
  void warn(std::string_view text) override {
    mailbox_.post({.kind = Message::Kind::warn, .step = step_, .text = std::string(text)});
  }

 private:
  Mailbox& mailbox_;
  std::size_t step_;
  std::stop_token stop_;
};

// Runs `work` and turns however it ends into a message: an exception_ptr handed to another thread would be a
// race inside an uninstrumented libstdc++, a plain value is not.
template <typename Work>
Message finish(std::size_t step, Work&& work) {
  Message message{.kind = Message::Kind::finished, .step = step};
  try {
    work();
  } catch (const base::Cancelled&) {
    message.cancelled = true;
  } catch (...) {
    message.failure = base::current_failure();
  }
  message.at = Clock::now();
  return message;
}

class Execution {
 public:
  Execution(const Plan& plan, const ExecuteOptions& options, const Interrupts& interrupts, EventSink& sink)
      : steps_(plan.steps()),
        options_(options),
        interrupts_(interrupts),
        sink_(sink),
        progress_(steps_.size()) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      index_[steps_[i].id] = i;
    }
  }

  Outcome run();

 private:
  struct Progress {
    StepState state = StepState::waiting;
    bool started = false;
    bool undo_started = false;
    bool undo_over = false;  // whether or not it worked: one thing left behind must not keep the rest
    Clock::time_point start;
  };

  void announce();
  void run_forward();
  void run_undo();
  void start_ready_steps(const std::stop_token& stop);
  void start_ready_undos(const std::stop_token& stop);
  [[nodiscard]] bool needs_done(std::size_t step) const;
  [[nodiscard]] bool dependents_undone(std::size_t step) const;
  void on_forward(const Message& message, std::stop_source& steps_stop);
  void on_undo(const Message& message);
  void tell(EventBody body, Clock::time_point at = Clock::now());
  void tell_finished(std::size_t step, StepState state, const Message& message);
  void join(std::size_t step);
  [[nodiscard]] Outcome outcome();

  const std::vector<Step>& steps_;
  const ExecuteOptions& options_;
  const Interrupts& interrupts_;
  EventSink& sink_;
  std::map<std::string_view, std::size_t> index_;
  std::vector<Progress> progress_;
  Mailbox mailbox_;
  std::map<std::size_t, std::jthread> threads_;
  std::size_t running_ = 0;
  std::optional<base::Failure> failure_;
  std::string failed_step_;
  const Clock::time_point begin_ = Clock::now();
};

void Execution::tell(EventBody body, Clock::time_point at) {
  sink_.on({.at = duration_cast<milliseconds>(at - begin_), .body = std::move(body)});
}

void Execution::announce() {
  OperationStarted started{.verb = options_.verb, .subject = options_.subject, .steps = {}};
  for (const auto& step : steps_) {
    started.steps.push_back({step.id, step.title});
  }
  tell(std::move(started), begin_);
}

void Execution::tell_finished(std::size_t step, StepState state, const Message& message) {
  tell(StepFinished{.id = steps_[step].id,
                    .title = steps_[step].title,
                    .state = state,
                    .elapsed = duration_cast<milliseconds>(message.at - progress_[step].start),
                    .failure = message.failure},
       message.at);
}

bool Execution::needs_done(std::size_t step) const {
  return std::ranges::all_of(steps_[step].needs, [&](const std::string& need) {
    return progress_[index_.at(need)].state == StepState::done;
  });
}

void Execution::start_ready_steps(const std::stop_token& stop) {
  for (std::size_t i = 0; i < steps_.size() && running_ < options_.width; ++i) {
    if (progress_[i].started || !needs_done(i)) {
      continue;
    }
    progress_[i] = {.state = StepState::running, .started = true, .start = Clock::now()};
    ++running_;
    tell(StepStarted{steps_[i].id, steps_[i].title});
    threads_[i] = std::jthread([this, i, stop] {
      PostingContext context(mailbox_, i, stop);
      mailbox_.post(finish(i, [&] { steps_[i].run(context); }));
    });
  }
}

void Execution::join(std::size_t step) {
  threads_.erase(step);  // a jthread joins; the step has posted its last message
  --running_;
}

void Execution::on_forward(const Message& message, std::stop_source& steps_stop) {
  const auto& id = steps_[message.step].id;
  switch (message.kind) {
    case Message::Kind::progress:
      tell(StepProgress{id, message.text, message.current, message.total}, message.at);
      return;
    case Message::Kind::mark:
      tell(StepMark{id, message.text}, message.at);
      return;
    case Message::Kind::warn:
      tell(Notice{Level::warning, message.text}, message.at);
      return;
    case Message::Kind::wake:
      return;
    case Message::Kind::finished:
      break;
  }
  join(message.step);
  if (!message.failure && !message.cancelled) {
    progress_[message.step].state = StepState::done;
    tell_finished(message.step, StepState::done, message);
    return;
  }
  progress_[message.step].state = message.failure ? StepState::failed : StepState::skipped;
  tell_finished(message.step, progress_[message.step].state, message);
  // What fails while it gives way to a Ctrl-C is not a failure of its own.
  if (message.failure && !failure_ && !interrupts_.stop.stop_requested()) {
    failure_ = message.failure;
    failed_step_ = id;
  }
  if (!options_.keep_going || message.cancelled) {
    steps_stop.request_stop();
  }
}

void Execution::run_forward() {
  std::stop_source steps_stop;
  const std::stop_callback on_stop(interrupts_.stop, [&] {
    steps_stop.request_stop();
    mailbox_.post({});
  });
  for (;;) {
    // Steps hear of a stop before its wake-up is posted here, and may end well at that very moment.
    if (!steps_stop.stop_requested()) {
      start_ready_steps(steps_stop.get_token());
    }
    if (running_ == 0) {
      break;
    }
    on_forward(*mailbox_.take(Clock::time_point::max()), steps_stop);
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (progress_[i].state == StepState::waiting) {
      progress_[i] = {.state = StepState::skipped, .start = Clock::now()};
      tell_finished(i, StepState::skipped, {.step = i});
    }
  }
}

bool Execution::dependents_undone(std::size_t step) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const bool dependent = std::ranges::find(steps_[i].needs, steps_[step].id) != steps_[i].needs.end();
    if (dependent && progress_[i].started && !progress_[i].undo_over) {
      return false;
    }
  }
  return true;
}

void Execution::start_ready_undos(const std::stop_token& stop) {
  for (std::size_t at = steps_.size(); at-- > 0;) {
    if (!progress_[at].started || progress_[at].undo_started || !dependents_undone(at)) {
      continue;
    }
    progress_[at].undo_started = true;
    progress_[at].start = Clock::now();
    if (!steps_[at].undo) {
      progress_[at].state = StepState::undone;
      progress_[at].undo_over = true;
      continue;
    }
    ++running_;
    threads_[at] =
        std::jthread([this, at, stop] { mailbox_.post(finish(at, [&] { steps_[at].undo(stop); })); });
  }
}

void Execution::on_undo(const Message& message) {
  if (message.kind != Message::Kind::finished) {
    return;
  }
  join(message.step);
  progress_[message.step].undo_over = true;
  const auto& step = steps_[message.step];
  if (message.failure) {
    tell(Notice{Level::warning,
                fmt::format("could not take back '{}': {}{}{}", step.title, message.failure->message,
                            message.failure->cause.empty() ? "" : ": ", message.failure->cause)},
         message.at);
  } else if (message.cancelled) {
    tell(Notice{Level::warning, fmt::format("gave up taking back '{}'", step.title)}, message.at);
  } else {
    progress_[message.step].state = StepState::undone;
    tell_finished(message.step, StepState::undone, message);
  }
}

void Execution::run_undo() {
  std::stop_source undo_stop;
  const std::stop_callback on_abandon(interrupts_.abandon, [&] {
    undo_stop.request_stop();
    mailbox_.post({});
  });
  const auto deadline = Clock::now() + options_.undo_limit;
  for (;;) {
    if (!undo_stop.stop_requested()) {
      // A step with nothing to undo frees the ones it needs at once, so look again until nothing changes.
      for (std::size_t before = steps_.size() + 1, ready = 0; before != ready;) {
        before = ready;
        start_ready_undos(undo_stop.get_token());
        ready = static_cast<std::size_t>(
            std::ranges::count_if(progress_, [](const Progress& p) { return p.undo_started; }));
      }
    }
    if (running_ == 0) {
      return;
    }
    const bool stopping = undo_stop.stop_requested();
    const auto message = mailbox_.take(stopping ? Clock::time_point::max() : deadline);
    if (message) {
      on_undo(*message);
    } else {
      undo_stop.request_stop();
    }
  }
}

Outcome Execution::outcome() {
  Outcome result{.failure = failure_, .failed_step = failed_step_, .left_behind = {}};
  const bool all_done =
      std::ranges::all_of(progress_, [](const Progress& p) { return p.state == StepState::done; });
  if (!all_done) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (progress_[i].started && progress_[i].state != StepState::undone && steps_[i].undo) {
        result.left_behind.push_back(steps_[i].id);
      }
    }
  }
  if (!all_done && interrupts_.abandon.stop_requested()) {
    result.end = Outcome::End::abandoned;
  } else if (failure_) {
    result.end = Outcome::End::failed;
  } else if (!all_done) {
    result.end = Outcome::End::cancelled;
  }
  result.elapsed = duration_cast<milliseconds>(Clock::now() - begin_);
  tell(OperationFinished{.succeeded = all_done, .elapsed = result.elapsed});
  return result;
}

Outcome Execution::run() {
  announce();
  run_forward();
  const bool all_done =
      std::ranges::all_of(progress_, [](const Progress& p) { return p.state == StepState::done; });
  if (!all_done && options_.undo_on_failure && !interrupts_.abandon.stop_requested()) {
    run_undo();
  }
  return outcome();
}

}  // namespace

Outcome execute(const Plan& plan, const ExecuteOptions& options, const Interrupts& interrupts,
                EventSink& sink) {
  return Execution(plan, options, interrupts, sink).run();
}

}  // namespace ingot::plan
