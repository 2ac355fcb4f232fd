// SPDX-License-Identifier: Apache-2.0
#include "logs/node_command.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "logs/cri_line.hpp"

#include <fmt/format.h>

namespace ingot::logs {

namespace {

// An engine does not end what it runs for somebody who has gone, but it closes its standard input. An exec is
// a process group of its own, so that "kill 0" is all of it and nothing else.
constexpr const char* kLeash = R"(exec 3<&0 </dev/null
(while read -r -u 3 _; do :; done; kill 0) >/dev/null 2>&1 &
exec 3<&-
"$@"
code=$?
trap "" TERM
kill 0
exit $code)";

// Only what bash does itself: looking once a second starts no process. "read" from a pipe that nobody writes
// to sleeps.
constexpr const char* kWatch = R"(shopt -s nullglob extglob
exec 4<> <(:)
declare -A seen
word=old
while :; do
  for folder in /var/log/pods/$1/*/; do
    last=-1
    for file in "$folder"*.log; do
      number=${file##*/}; number=${number%.log}
      [[ $number =~ ^[0-9]{1,9}$ ]] && ((10#$number > last)) && last=$number
    done
    file=$folder$last.log
    if [[ $last != -1 && -z ${seen["$file"]} ]]; then
      seen["$file"]=1
      printf '%s %s\n' "$word" "$file"
    fi
  done
  for file in "${!seen[@]}"; do
    [[ -e $file ]] || { unset -v 'seen[$file]'; printf 'gone %s\n' "$file"; }
  done
  [[ $word == new ]] || echo ready
  [[ $2 == follow ]] || exit 0
  word=new
  read -r -t 1 -u 4 _
done)";

std::string lines_of(const ReadOptions& options, const char* all) {
  return options.tail ? std::to_string(*options.tail) : std::string(all);
}

}  // namespace

std::vector<std::string> journal_command(const std::string& unit, const ReadOptions& options) {
  std::vector<std::string> command{"journalctl", "--no-pager", "--quiet",
                                   "--lines=" + lines_of(options, "all")};
  if (!unit.empty()) {
    command.push_back("--unit=" + unit);
  }
  if (options.since) {
    command.push_back(fmt::format("--since=-{}s", options.since->count()));
  }
  if (options.follow) {
    command.emplace_back("--follow");
  }
  return command;
}

std::vector<std::string> tail_command(const std::string& file, const ReadOptions& options, bool from_start) {
  std::vector<std::string> command{"tail", "--lines=" + (from_start ? "+1" : lines_of(options, "+1"))};
  if (options.follow) {
    command.emplace_back("-F");  // by name: the kubelet rotates
  }
  command.push_back(file);
  return command;
}

std::vector<std::string> watch_command(const std::string& pods, bool follow) {
  return {"bash", "-c", kWatch, "watch", pods, follow ? "follow" : "once"};
}

int run_on_leash(node::Host& host, const std::string& node, const std::vector<std::string>& command,
                 const std::function<bool(std::string_view line)>& on_line, const std::stop_token& stop) {
  std::stop_source over;
  const std::stop_callback pass_on(stop, [&over] { over.request_stop(); });
  LineSplitter lines;
  const docker::ExecStreams streams{.out =
                                        [&](std::string_view bytes) {
                                          if (!over.stop_requested() && !lines.feed(bytes, on_line)) {
                                            over.request_stop();
                                          }
                                        },
                                    .err = {},
                                    .input = [](const std::stop_token& done) -> std::string {
                                      base::sleep_for(std::chrono::hours(24) * 365, done);
                                      return {};
                                    },
                                    .on_start = {}};
  docker::ExecSpec spec{.command = {"bash", "-c", kLeash, "leash"}, .env = {}, .privileged = true};
  spec.command.insert(spec.command.end(), command.begin(), command.end());
  try {
    const int code = host.run_interactive(node, spec, streams, over.get_token());
    lines.finish(on_line);
    return code;
  } catch (const base::Cancelled&) {
    base::check_stop(stop);
    return -1;
  }
}

}  // namespace ingot::logs
