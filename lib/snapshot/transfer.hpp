// SPDX-License-Identifier: Apache-2.0
// `cluster snapshot export` and `import`: a snapshot as one file, for another machine. It is a tar,
// compressed by zstd: first manifest.json, which describes the snapshot and has the checksums, then its
// files.
#pragma once

#include "node/host.hpp"
#include "plan/executor.hpp"
#include "snapshot/results.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace ingot::snapshot {

// Errors as find_summary(); Error{untrusted} for a damaged one. What `into` throws comes out. When it fails,
// what was written is no snapshot.
TransferResult export_to(node::Host& host, const std::string& reference,
                         const std::function<void(std::string_view)>& into,
                         const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that export_to() would run now, as text.
[[nodiscard]] std::string plan_export(node::Host& host, const std::string& reference,
                                      const std::stop_token& stop);

// Gives some bytes of the file; empty at its end.
using ByteSource = std::function<std::string(const std::stop_token&)>;

// Error{untrusted} for what is no snapshot, or a damaged one; Error{already_exists} for its name;
// Error{image_missing}: a node image is needed to look into it. It is a snapshot only when all of it was
// found to be whole; else nothing is left. `name`: another one for it; empty: its own.
TransferResult import_from(node::Host& host, const std::string& name, const ByteSource& from,
                           const plan::Interrupts& interrupts, plan::EventSink& sink);

// The plan that import_from() would run now, as text: reads no more than the file's description.
[[nodiscard]] std::string plan_import(node::Host& host, const std::string& name, const ByteSource& from,
                                      const std::stop_token& stop);

}  // namespace ingot::snapshot
