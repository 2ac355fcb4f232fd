// SPDX-License-Identifier: Apache-2.0
#include "inner_command.hpp"

#include "base/error.hpp"

#include <memory>

namespace ingot::cli {

std::function<void(std::string_view)> writer(const OutStream& stream) {
  return [&stream](std::string_view bytes) {
    if (stream.write(bytes) != Written::fine) {
      throw base::Cancelled();
    }
  };
}

int run_inner_command(Context& context, const InnerCommand& run) {
  auto& host = context.host;
  const bool terminal = host.in.is_terminal && host.out.is_terminal;
  session::Streams streams{.out = writer(host.out), .err = writer(host.err), .input = host.in.read};
  if (terminal && host.terminal.size) {
    const auto size = host.terminal.size();
    streams.size = {.rows = size.rows, .columns = size.columns};
  }
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
  const auto& interrupts = host.interrupts;
  return run(terminal, streams,
             {.stop = interrupts.stop, .abandon = interrupts.abandon, .number = host.signal});
}

}  // namespace ingot::cli
