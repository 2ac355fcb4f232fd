// SPDX-License-Identifier: Apache-2.0
#include "through_server.hpp"

#include "inner_command.hpp"
#include "serve/remote_run.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>

namespace ingot::cli {

namespace {

// What of our environment a command looks at. The engine is the server's.
bool is_passed_on(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kBeginnings{"INGOT_", "KIND_", "XDG_", "LC_"};
  static constexpr std::array<std::string_view, 17> kNames{
      "HOME",        "KUBECONFIG", "TERM",       "COLORTERM",   "NO_COLOR",      "CLICOLOR_FORCE",
      "FORCE_COLOR", "COLUMNS",    "LANG",       "CI",          "SSH_AUTH_SOCK", "HTTP_PROXY",
      "HTTPS_PROXY", "NO_PROXY",   "http_proxy", "https_proxy", "no_proxy"};
  return std::ranges::any_of(kBeginnings, [&](auto beginning) { return name.starts_with(beginning); }) ||
         std::ranges::find(kNames, name) != kNames.end();
}

std::map<std::string, std::string> passed_environment(const Environment& environment) {
  std::map<std::string, std::string> passed;
  for (const auto& [name, value] : environment) {
    if (is_passed_on(name) && name != "INGOT_TOKEN") {
      passed.emplace(name, value);
    }
  }
  return passed;
}

std::vector<std::string> without_server(const std::vector<std::string>& arguments) {
  std::vector<std::string> rest;
  for (auto word = arguments.begin(); word != arguments.end(); ++word) {
    if (*word == "--") {
      rest.insert(rest.end(), word, arguments.end());
      break;
    }
    if ((*word == "--server" || *word == "--server-cert") && std::next(word) != arguments.end()) {
      ++word;
    } else if (!word->starts_with("--server=") && !word->starts_with("--server-cert=")) {
      rest.push_back(*word);
    }
  }
  return rest;
}

// Whoever reads standard input without need takes it from the shell that runs us in a loop over it.
bool may_read_input(const std::vector<std::string>& arguments, const Flags& flags) {
  return flags.inner() != nullptr || std::ranges::any_of(arguments, [](const std::string& word) {
           return word == "-" || word.ends_with("=-");
         });
}

live::TerminalSize to_size(const Terminal::Size& size) {
  return {.columns = std::clamp(size.columns, 1, 1000), .rows = std::clamp(size.rows, 1, 1000)};
}

}  // namespace

int run_through_server(Context& context, const serve::ServerPlace& place,
                       const std::vector<std::string>& arguments, const Command& command,
                       const Flags& flags) {
  auto& host = context.host;
  const bool has_terminal = host.in.is_terminal && host.out.is_terminal && host.err.is_terminal;
  live::Run run{.id = "1", .arguments = without_server(arguments)};
  serve::RemoteStreams streams{
      .out = writer(host.out), .err = writer(host.err), .input = {}, .on_resize = {}};
  if (place.address.empty()) {
    run.directory = host.working_dir;
    run.environment = passed_environment(host.environment);
  }
  if (has_terminal || command.verbatim || may_read_input(run.arguments, flags)) {
    streams.input = host.in.read;
  }
  if (has_terminal) {
    run.terminal = to_size(host.terminal.size());
    streams.on_resize = [&host](const std::function<void(const live::TerminalSize&)>& tell) {
      host.terminal.on_resize(
          tell ? std::function<void()>([&host, tell] { tell(to_size(host.terminal.size())); }) : nullptr);
    };
  }
  // Declared last, so that the terminal is itself again before anything else is said.
  const auto raw = has_terminal ? host.terminal.make_raw() : nullptr;
  return serve::run_remotely(place, std::string(lookup(host.environment, "USER")), run, streams,
                             {.interrupts = host.interrupts, .number = host.signal});
}

}  // namespace ingot::cli
