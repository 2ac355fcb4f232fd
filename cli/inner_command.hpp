// SPDX-License-Identifier: Apache-2.0
// A command inside a node, joined to this process' terminal or pipes.
#pragma once

#include "context.hpp"

#include <functional>
#include <string_view>

namespace ingot::cli {

// Writes to a stream, which must outlive it. Throws base::Cancelled when the reader has gone: nobody is left
// to run the command for.
[[nodiscard]] std::function<void(std::string_view)> writer(const OutStream& stream);

// `run` gets whether there is a terminal, the streams and our signals; its exit code is returned. With a
// terminal each key goes to the inner command while it runs, and so do changes of the terminal's size.
using InnerCommand =
    std::function<int(bool terminal, const session::Streams& streams, const session::Signals& signals)>;
int run_inner_command(Context& context, const InnerCommand& run);

}  // namespace ingot::cli
