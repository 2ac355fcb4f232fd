// SPDX-License-Identifier: Apache-2.0
#include "image/stream.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "image/pipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <thread>

namespace ingot::image {

namespace {

// --local spares the detour through containerd's transfer service, which takes twice as long; older ctr have
// only the short way, and not the flag.
constexpr std::string_view kImport = R"(local=
ctr images import --help | grep -q -- '--local ' && local=--local
exec ctr -n k8s.io images import $local --digests --skip-digest-for-named --snapshotter "$1" -)";

// One node's import, from a thread of its own.
class Import {
 public:
  Import(node::Host& host, const Target& target, const std::stop_token& stop)
      : host_(host), target_(target), stop_(stop), thread_([this] { run(); }) {}

  Pipe& pipe() { return pipe_; }
  // After join().
  [[nodiscard]] const std::optional<base::Failure>& failure() const { return failure_; }
  void join() { thread_.join(); }

 private:
  void run() {
    try {
      import();
    } catch (const base::Cancelled&) {  // whoever asked for it tells why
    } catch (...) {
      failure_ = base::current_failure();
    }
    pipe_.abandon();
  }

  void import() {
    std::string output;
    const auto collect = [&](std::string_view bytes) { output += bytes; };
    const docker::ExecStreams streams{
        .out = collect, .err = collect, .input = [this](const std::stop_token& stop) {
          return pipe_.read(stop);
        }};
    const docker::ExecSpec spec{
        .command = {"/bin/sh", "-c", std::string(kImport), "import", target_.snapshotter},
        .privileged = true};
    if (host_.run_interactive(target_.node.id, spec, streams, stop_) != 0) {
      throw base::Error({.code = base::ErrorCode::command_failed,
                         .message = fmt::format("node '{}' could not import the images", target_.node.name),
                         .detail = output});
    }
  }

  node::Host& host_;
  const Target& target_;
  std::stop_token stop_;
  Pipe pipe_;
  std::optional<base::Failure> failure_;
  std::jthread thread_;
};

void throw_failures(const std::deque<Import>& imports) {
  std::optional<base::Failure> all;
  for (const auto& import : imports) {
    if (!import.failure()) {
      continue;
    }
    if (!all) {
      all = import.failure();
    } else {
      all->problems.push_back(import.failure()->message);
    }
  }
  if (all) {
    throw base::Error(*all);
  }
}

}  // namespace

std::vector<ArchivedImage> stream_into(node::Host& host, const std::vector<Target>& targets,
                                       const Source& source, const std::stop_token& stop) {
  std::stop_source importing;
  const std::stop_callback pass_on(stop, [&] { importing.request_stop(); });
  std::deque<Import> imports;
  std::vector<ArchiveSplitter::Reader> readers;
  for (const auto& target : targets) {
    auto& import = imports.emplace_back(host, target, importing.get_token());
    readers.push_back(
        {.has = target.has, .write = [&](const Piece& piece) { import.pipe().write(piece, stop); }});
  }
  ArchiveSplitter splitter(std::move(readers));
  const auto feed = [&](std::string_view bytes) {
    splitter.feed(bytes);
    return !std::ranges::all_of(imports, [](Import& import) { return import.pipe().is_abandoned(); });
  };
  std::exception_ptr failure;
  bool is_whole = false;
  try {
    bool is_wanted = true;
    source([&](std::string_view bytes) { return is_wanted = feed(bytes); }, stop);
    if (is_wanted) {
      splitter.finish();
      is_whole = true;
    }
  } catch (...) {
    failure = std::current_exception();
    importing.request_stop();
  }
  for (auto& import : imports) {
    if (is_whole) {
      import.pipe().end();
    }
    import.join();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  base::check_stop(stop);
  throw_failures(imports);
  return splitter.images();
}

}  // namespace ingot::image
