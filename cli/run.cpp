// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "kind/kind.hpp"
#include "manual.hpp"
#include "output/failure.hpp"
#include "parse.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

class Run {
 public:
  explicit Run(Host& host) : host_(host) { globals_.declare(global_flags_); }

  int of(const std::vector<std::string>& arguments) {
    if (host_.program == "kind") {
      return kind::run(arguments, host_);
    }
    const auto commands = all_commands();
    const auto chosen = choose_command(commands, global_flags_, arguments);
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
    Context context(host_, globals_);
    return action(context);
  }

  int tell(const base::Failure& failure) {
    const auto style = output::choose_style(host_.err, host_.environment, globals_.no_color);
    host_.err.write(wants_json() ? output::failure_value(failure).to_json_line() + "\n"
                                 : output::failure_text(failure, style, globals_.verbose));
    return failure_code_.value_or(to_exit_code(failure.code));
  }

  int tell(const base::Cancelled& cancelled) {
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

 private:
  [[nodiscard]] bool wants_json() const {
    return globals_.output == "json" ||
           (globals_.output.empty() && lookup(host_.environment, "INGOT_OUTPUT") == "json");
  }

  Host& host_;
  Globals globals_;
  Flags global_flags_;
  std::optional<int> failure_code_;
};

}  // namespace

int run(const std::vector<std::string>& arguments, Host& host) {
  Run run(host);
  try {
    return run.of(arguments);
  } catch (const base::Cancelled& cancelled) {
    return run.tell(cancelled);
  } catch (...) {
    return run.tell(base::current_failure());
  }
}

}  // namespace ingot::cli
