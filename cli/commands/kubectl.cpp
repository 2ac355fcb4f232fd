// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"

namespace ingot::cli {

namespace {

struct Options {
  std::string cluster;
  std::vector<std::string> arguments;
};

// Throws base::Cancelled when the reader of the stream has gone: nobody is left to run the command for.
std::function<void(std::string_view)> writer(const OutStream& stream) {
  return [&stream](std::string_view bytes) {
    if (stream.write(bytes) != Written::fine) {
      throw base::Cancelled();
    }
  };
}

int execute(const Options& options, Context& context) {
  if (options.arguments.empty()) {
    throw_usage("kubectl", "kubectl needs arguments after --");
  }
  const auto name = context.settings.get("cluster", options.cluster).value;
  auto& host = context.host;
  const bool terminal = host.in.is_terminal && host.out.is_terminal;
  session::Streams streams{.out = writer(host.out), .err = writer(host.err), .input = host.in.read};
  if (terminal && host.terminal.on_resize) {
    streams.on_start = [&host](const std::function<void(int, int)>& resize) {
      const auto tell = [&host, resize] {
        const auto size = host.terminal.size();
        resize(size.rows, size.columns);
      };
      tell();
      host.terminal.on_resize(tell);
    };
  }
  // Declared last, so that the terminal is itself again before anything else is said.
  const auto raw = terminal && host.terminal.make_raw ? host.terminal.make_raw() : nullptr;
  const auto forget = std::shared_ptr<void>(nullptr, [&host](void*) {
    if (host.terminal.on_resize) {
      host.terminal.on_resize({});
    }
  });
  return context.session().kubectl(name, options.arguments, terminal, streams, context.stop());
}

}  // namespace

Command kubectl() {
  return {
      .path = "kubectl",
      .summary = "Run a cluster's own kubectl",
      .about =
          "Runs the kubectl of the cluster's control plane as its administrator: nothing needs to be "
          "installed "
          "here, and versions always match. What follows -- is kubectl's. Files are those of the node; use - "
          "and standard input instead. Exits as kubectl does, with 125 when it could not be run.",
      .examples = {{"ingot kubectl -- get pods --all-namespaces", "in the default cluster"},
                   {"ingot kubectl --cluster demo -- apply -f - < app.yaml", "from standard input"},
                   {"ingot kubectl -- exec -it deploy/app -- sh", "a shell in a pod"}},
      .see_also = "ingot cluster kubeconfig",
      .failure_code = exit_inner_failed,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--cluster", "NAME", "of the cluster", options->cluster).meaning = Meaning::cluster;
        flags.inner_command("ARGUMENT...", options->arguments);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
