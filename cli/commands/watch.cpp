// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "engine_address.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"
#include "live_places.hpp"
#include "live_screen.hpp"
#include "output/live_board.hpp"
#include "parse.hpp"
#include "serve/follow.hpp"
#include "session/live.hpp"
#include "version.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> kinds;
  std::vector<std::string> clusters;
  std::vector<std::string> labels;
  std::string since;
  std::string socket;
  bool no_server = false;
  bool no_reconnect = false;
};

// "nodes", as people ask for several of a kind.
std::vector<std::string> kind_words() {
  std::vector<std::string> words;
  for (const auto kind : live::kAllKinds) {
    words.push_back(std::string(live::to_text(kind)) + "s");
  }
  return words;
}

// Everything that is wrong at once.
live::Hello to_hello(const Options& options) {
  live::Hello hello{.resume = std::nullopt,
                    .filter = {.kinds = {}, .clusters = options.clusters, .labels = {}}};
  std::vector<std::string> problems;
  for (const auto& word : options.kinds) {
    const auto kind = live::to_kind(word.ends_with('s') ? word.substr(0, word.size() - 1) : word);
    if (kind) {
      hello.filter.kinds.push_back(*kind);
    } else {
      problems.push_back(fmt::format("'{}' cannot be watched", word));
    }
  }
  for (const auto& label : options.labels) {
    const auto equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems.push_back(fmt::format("--label '{}' is not KEY=VALUE", label));
    } else {
      hello.filter.labels[label.substr(0, equals)] = label.substr(equals + 1);
    }
  }
  if (!options.since.empty() && !(hello.resume = live::parse_position(options.since))) {
    problems.push_back(fmt::format("--since '{}' is not RUN:VERSION", options.since));
  }
  if (!problems.empty()) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = "ingot watch does not understand what to watch",
                       .problems = std::move(problems),
                       .remedy = "ingot watch --help"});
  }
  return hello;
}

using Sink = std::function<bool(const std::string&)>;

// The messages themselves, or what they tell, one per line.
Sink line_sink(Context& context, output::LiveBoard& board, Written& written) {
  return [&context, &board, &written, is_json = context.format() == "json"](const std::string& message) {
    std::string text = is_json ? message + "\n" : "";
    for (const auto& line : is_json ? std::vector<std::string>() : board.take(message)) {
      text += line + "\n";
    }
    written = text.empty() ? Written::fine : context.host.out.write(text);
    return written == Written::fine;
  };
}

// Says on standard error what happens to the connection, so that whoever reads the lines knows what they are.
serve::Follower line_follower(Context& context, output::LiveBoard& board, Written& written) {
  return {.take = line_sink(context, board, written),
          .on_lost = [&context](const std::string& reason) { context.say("reconnecting: " + reason); },
          .on_back =
              [&context](bool is_resumed) {
                if (is_resumed) {
                  context.say("reconnected: nothing was missed");
                } else {
                  context.warn("reconnected, but not where it ended: everything follows anew");
                }
              }};
}

int watch_lines(session::Live& live, const live::Hello& hello, const session::Live::Through& through,
                bool reconnects, Context& context) {
  output::LiveBoard board;
  auto written = Written::fine;
  auto follower = line_follower(context, board, written);
  if (!reconnects) {
    follower.on_lost = nullptr;
  }
  live.watch(hello, through, follower, context.stop());
  if (written == Written::reader_gone) {
    throw base::Cancelled();
  }
  throw base::Error(base::ErrorCode::environment, "the changes cannot be written to standard output");
}

int watch_screen(session::Live& live, const live::Hello& hello, const session::Live::Through& through,
                 bool reconnects, Context& context) {
  LiveScreen screen(context);
  serve::Follower follower{.take = [&screen](const std::string& message) {
    screen.take(message);
    return true;
  }};
  if (reconnects) {
    follower.on_lost = [&screen](const std::string& reason) { screen.set_lost(reason); };
    follower.on_back = [&screen](bool) { screen.set_lost({}); };
  }
  try {
    live.watch(hello, through, follower, screen.stop());
  } catch (const base::Cancelled&) {
    if (!screen.has_quit()) {
      throw;
    }
  }
  return screen.exit_code();
}

session::Live::Through choose_server(const Options& options, const Context& context) {
  if (options.no_server) {
    return {};
  }
  if (auto place = server_place(context)) {
    return {.server = std::move(place)};
  }
  const serve::ServerPlace usual{.socket = live_socket(context, options.socket), .address = {}, .token = {}};
  return {.server = usual, .is_wish = true};
}

int execute(const Options& options, Context& context) {
  const auto hello = to_hello(options);
  if (const auto format = context.format(); format != "json" && !context.for_people()) {
    throw_usage("watch", fmt::format("there is no output '{}' of what goes on", format), "-o json");
  }
  session::Live live(engine_address(context.host.environment), std::string(kVersion),
                     gpu_roots(context.host.environment));
  const auto through = choose_server(options, context);
  const bool is_screen = context.for_people() && context.host.out.is_terminal &&
                         context.host.in.is_terminal && !context.globals.no_input;
  return (is_screen ? watch_screen : watch_lines)(live, hello, through, !options.no_reconnect, context);
}

}  // namespace

Command watch() {
  return {
      .path = "watch",
      .summary = "Watch clusters, what they run, and what else the engine holds",
      .about =
          "Shows what there is and every change of it the moment it happens, until q or Ctrl-C: on a "
          "terminal full-screen (arrows and page keys move), elsewhere as lines, with -o json as the "
          "messages of the live API, one per line. Uses the server that ingot serve has started for the same "
          "engine, if there is one; else it watches the engine itself, and the APIs of its clusters. When "
          "the connection to a server is lost it is made again, and goes on where it was; where the server "
          "cannot, everything is told anew. Events of Kubernetes and usage are shown when they are asked "
          "for.",
      .examples = {{"ingot watch", "everything"},
                   {"ingot watch pods --cluster demo", "what runs in one cluster"},
                   {"ingot watch nodes --cluster demo -o json", "messages about the nodes of one cluster"},
                   {"ingot watch -o json --since 5f3a09c1d2e4b687:42",
                    "go on from where one has read up to"}},
      .see_also = "ingot serve, ingot cluster status",
      .stays_here = true,
      .full_screen = true,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "WHAT",
                          .help = "kinds of objects; all but events and usage when none is given",
                          .limit = kManyNames,
                          .choices = kind_words(),
                          .target = &options->kinds});
        flags
            .values("--cluster", "NAME", "only of this cluster; may be given several times",
                    options->clusters)
            .meaning = Meaning::cluster;
        flags.values("--label", "KEY=VALUE", "only with this label; may be given several times",
                     options->labels);
        flags.value("--since", "RUN:VERSION", "go on after this version of this run of the server",
                    options->since);
        flags.value("--socket", "PATH", "Unix socket of the server", options->socket).meaning = Meaning::file;
        flags.toggle("--no-server", "watch the engine from this process", options->no_server);
        flags.toggle("--no-reconnect", "end with an error when the connection to the server is lost",
                     options->no_reconnect);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
