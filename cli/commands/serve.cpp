// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "complete.hpp"
#include "context.hpp"
#include "engine_address.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"
#include "live/protocol.hpp"
#include "live_places.hpp"
#include "session/live.hpp"
#include "version.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::string socket;
  std::string listen;
  bool tls = false;
  std::string certificate;
  std::string key;
  bool print_asyncapi = false;
  bool no_reconcile = false;
};

void tell_ready(const serve::Options& options, const serve::Server& server, Context& context) {
  const auto& address = server.address();
  const auto token_file = address.empty() ? "" : options.token_file;
  const auto certificate = server.fingerprint().empty() ? "" : options.tls.files.certificate;
  context.print({.value = output::Value::Object{{"apiVersion", output::kApiVersion},
                                                {"kind", "Serving"},
                                                {"socket", options.socket},
                                                {"address", address},
                                                {"url", server.url()},
                                                {"certificate", certificate},
                                                {"fingerprint", server.fingerprint()},
                                                {"tokenFile", token_file}},
                 .names = {options.socket},
                 .tables = {}},
                "");
  if (context.for_people()) {
    context.say(fmt::format("serving at {}", options.socket));
    if (!address.empty()) {
      context.say(fmt::format("serving at {}, with the token in {}", server.url(), token_file));
    }
    if (!certificate.empty()) {
      context.say(fmt::format("certificate: {}, in {}", server.fingerprint(), certificate));
    }
    if (!address.empty()) {
      context.say(fmt::format("open in a browser: {}", server.console()));
    }
  }
}

std::string all_command_lines() {
  Globals globals;
  Flags flags;
  globals.declare(flags);
  return command_list(all_commands(), flags);
}

// Everything that is wrong at once.
void check(const Options& given) {
  std::vector<std::string> problems;
  if (given.certificate.empty() != given.key.empty()) {
    problems.emplace_back("--tls-cert and --tls-key belong together");
  }
  if (given.listen.empty() && (given.tls || !given.certificate.empty() || !given.key.empty())) {
    problems.emplace_back("TLS is for what --listen names, which is not there");
  }
  if (!problems.empty()) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = "ingot serve does not understand how to speak TLS",
                       .problems = std::move(problems),
                       .remedy = "ingot serve --help"});
  }
}

serve::TlsOptions tls_options(const Options& given, const Context& context) {
  if (given.certificate.empty()) {
    return {.is_wanted = given.tls, .files = live_certificate_files(context), .is_own = true};
  }
  return {.is_wanted = true,
          .files = {.certificate = in_working_dir(context, given.certificate),
                    .key = in_working_dir(context, given.key)},
          .is_own = false};
}

int execute(const Options& given, Context& context) {
  if (given.print_asyncapi) {
    context.print(live::asyncapi_document(kVersion));
    return exit_done;
  }
  check(given);
  const serve::Options options{
      .socket = live_socket(context, given.socket),
      .listen = given.listen,
      .token_file = given.listen.empty() ? "" : live_token_file(context),
      .tls = given.listen.empty() ? serve::TlsOptions() : tls_options(given, context),
      .commands = {.program = {"/proc/self/exe"},  // also when it is replaced
                   .environment = {context.host.environment.begin(), context.host.environment.end()}},
      .command_list = all_command_lines(),
      .server = {}};
  session::Live live(engine_address(context.host.environment), std::string(kVersion),
                     gpu_roots(context.host.environment));
  live.serve(
      options, !given.no_reconcile,
      [&](const serve::Server& server) { tell_ready(options, server, context); }, context.stop());
  return exit_done;
}

}  // namespace

Command serve() {
  return {
      .path = "serve",
      .summary = "Serve the live API: the state of everything, told the moment it changes",
      .about =
          "Serves until Ctrl-C, at a Unix socket that only its user may open: WebSockets at /live, and plain "
          "HTTP at /state, /asyncapi.json, /metrics and /healthz, and at / a page for browsers. ingot watch "
          "uses it. With --listen it serves at an address of this machine, too, to whoever has the token: "
          "plainly at 127.0.0.1 and ::1, which nobody else can reach, and by TLS alone at any other. The "
          "certificate is given, or one that it makes and keeps; it says the fingerprint, by which clients "
          "know it (--server-cert). Nodes and instances that lack their GPUs after a restart that was none "
          "of ingot's are given them again, by ingot gpu reconcile, which everybody who watches sees.",
      .examples = {{"ingot serve", "at $XDG_RUNTIME_DIR/ingot.sock"},
                   {"ingot serve --listen 127.0.0.1:7700", "for browsers, too"},
                   {"ingot serve --listen 0.0.0.0:7700", "for other machines, by TLS"},
                   {"ingot serve --print-asyncapi > ingot.json", "what the messages look like"}},
      .see_also = "ingot watch",
      .stays_here = true,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--socket", "PATH", "Unix socket to serve at", options->socket).meaning = Meaning::file;
        flags.value("--listen", "ADDRESS",
                    "address and port of this machine to serve at, too; port 0: a free one", options->listen);
        flags.toggle("--tls", "speak TLS at --listen also where nobody else can reach it", options->tls);
        flags
            .value("--tls-cert", "FILE", "certificate to show, in PEM, with those that have signed it",
                   options->certificate)
            .meaning = Meaning::file;
        flags.value("--tls-key", "FILE", "its private key, in PEM, which others may not read", options->key)
            .meaning = Meaning::file;
        flags.toggle("--no-reconcile", "do not give devices again after restarts that were none of ingot's",
                     options->no_reconcile);
        flags.toggle("--print-asyncapi", "print the AsyncAPI document, and serve nothing",
                     options->print_asyncapi);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
