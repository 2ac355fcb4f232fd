// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "kind/kind.hpp"
#include "live_places.hpp"
#include "manual.hpp"
#include "output/failure.hpp"
#include "parse.hpp"
#include "through_server.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

class Run {
 public:
  Run(const std::vector<std::string>& arguments, Host& host)
      : arguments_(arguments), host_(host), log_(arguments) {
    globals_.declare(global_flags_);
    log_.tell(events_fd(host.environment));
  }

  int execute() {
    const int code = execute_chosen();
    log_.end(code, nullptr);
    return code;
  }

  int tell(const base::Failure& failure) {
    const auto style = output::choose_style(host_.err, host_.environment, globals_.no_color);
    const auto log = log_.path();
    host_.err.write(wants_json() ? output::failure_value(failure, log).to_json_line() + "\n"
                                 : output::failure_text(failure, style, globals_.verbose > 0, log));
    const int code = failure_code_.value_or(to_exit_code(failure.code));
    log_.end(code, &failure);
    return code;
  }

  int tell(const base::Cancelled& cancelled) {
    const int code = tell_cancelled(cancelled);
    log_.end(code, nullptr);
    return code;
  }

 private:
  int execute_chosen() {
    if (host_.program == "kind") {
      return kind::run(arguments_, host_);
    }
    const auto commands = all_commands();
    const auto chosen = choose_command(commands, global_flags_, arguments_);
    if (chosen.command == nullptr) {
      const auto text = overview_text(commands, chosen.noun);
      (chosen.help ? host_.out : host_.err).write(text);
      return chosen.help ? exit_done : exit_usage;
    }
    Flags flags;
    const auto action = chosen.command->declare(flags);
    globals_.declare(flags);
    if (chosen.help) {
      host_.out.write(help_text(*chosen.command, flags));
      return exit_done;
    }
    failure_code_ = chosen.command->failure_code;
    parse_flags(*chosen.command, flags, chosen.arguments);
    Context context(host_, globals_, log_);
    if (!chosen.command->stays_here && !chosen.command->path.starts_with("__")) {
      if (const auto place = server_place(context)) {
        return run_through_server(context, *place, arguments_, *chosen.command, flags);
      }
    }
    return action(context);
  }

  int tell_cancelled(const base::Cancelled& cancelled) {
    if (host_.signal() == 0) {  // nobody interrupted: whoever read our output has gone
      return exit_broken_pipe;
    }
    host_.err.write("interrupted\n");
    if (!cancelled.left_behind().empty()) {
      host_.err.write(cancelled.left_behind() + (cancelled.left_behind().ends_with('\n') ? "" : "\n"));
    }
    if (!cancelled.remedy().empty()) {
      host_.err.write(fmt::format("try: {}\n", cancelled.remedy()));
    }
    return interrupted_exit_code(host_.signal());
  }

  [[nodiscard]] bool wants_json() const {
    return globals_.output == "json" ||
           (globals_.output.empty() && lookup(host_.environment, "INGOT_OUTPUT") == "json");
  }

  const std::vector<std::string>& arguments_;
  Host& host_;
  EventLog log_;
  Globals globals_;
  Flags global_flags_;
  std::optional<int> failure_code_;
};

}  // namespace

int run(const std::vector<std::string>& arguments, Host& host) {
  Run run(arguments, host);
  try {
    return run.execute();
  } catch (const base::Cancelled& cancelled) {
    return run.tell(cancelled);
  } catch (...) {
    return run.tell(base::current_failure());
  }
}

}  // namespace ingot::cli
