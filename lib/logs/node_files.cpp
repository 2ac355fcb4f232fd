// SPDX-License-Identifier: Apache-2.0
// Names and commands are those of kind 0.33 (pkg/cluster/internal/logs, pkg/cluster/internal/providers).
#include "logs/collect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::logs {

namespace {

constexpr const char* kLogs = "/var/log";
// tar exits with 1 when a file changed while it was read, which logs do. Links are followed: the files in
// containers/ are links to those in pods/.
constexpr const char* kTar = "tar --hard-dereference -C /var/log -chf - . || (r=$?; [ $r -eq 1 ] || exit $r)";
constexpr const char* kImages =
    "if command -v crictl >/dev/null; then exec crictl images; fi; exec ctr --namespace k8s.io images list";
constexpr std::size_t kKeptWords = 1024;

struct CommandFile {
  const char* file;
  std::vector<std::string> command;
};

const std::vector<CommandFile>& command_files() {
  static const std::vector<CommandFile> all{
      {"kubernetes-version.txt", {"cat", "/kind/version"}},
      {"journal.log", {"journalctl", "--no-pager"}},
      {"kubelet.log", {"journalctl", "--no-pager", "-u", "kubelet.service"}},
      {"containerd.log", {"journalctl", "--no-pager", "-u", "containerd.service"}},
      {"images.log", {"sh", "-c", kImages}},
  };
  return all;
}

class NodeCollection {
 public:
  NodeCollection(node::Host& host, const node::Node& node, const Folder& folder, Findings& findings,
                 const std::stop_token& stop)
      : host_(host), node_(node), folder_(folder), findings_(findings), stop_(stop) {}

  [[nodiscard]] std::vector<std::function<void()>> works() {
    std::vector<std::function<void()>> works{
        [this] { with_file("serial.log", [this](File& file) { console_to(file); }); },
        [this] {
          with_file("inspect.json",
                    [this](File& file) { file.write(host_.engine().inspect_text(node_.id, stop_)); });
        }};
    const bool is_kubernetes_node =
        node_.role == node::kControlPlaneRole || node_.role == node::kWorkerRole;  // and no load balancer
    if (!is_kubernetes_node) {
      return works;
    }
    if (node_.state == "running") {
      for (const auto& wanted : command_files()) {
        works.emplace_back([this, &wanted] {
          with_file(wanted.file, [&](File& file) { command_to(wanted.command, file); });
        });
      }
      works.emplace_back([this] { var_log(); });
    } else {
      works.emplace_back([this] { resting_node(); });
    }
    return works;
  }

 private:
  [[nodiscard]] std::string name_of(std::string_view file) const {
    return fmt::format("{}/{}", node_.name, file);
  }

  // What goes wrong is a finding, and the file says so, too.
  void with_file(const char* name, const std::function<void(File&)>& write) {
    findings_.note_failure(name_of(name), [&] {
      auto file = folder_.create(name);
      try {
        write(file);
      } catch (const base::Error& error) {
        file.write(reason_of(error.failure()) + "\n");
        throw;
      }
    });
  }

  void console_to(File& file) {
    host_.engine().container_logs(
        node_.id, false,
        [&](std::string_view bytes) {
          file.write(bytes);
          return true;
        },
        stop_);
  }

  int run(const std::vector<std::string>& command, const std::function<void(std::string_view)>& out,
          const std::function<void(std::string_view)>& err) {
    return host_.run_interactive(node_.id, {.command = command, .privileged = true},
                                 {.out = out, .err = err, .input = {}, .on_start = {}}, stop_);
  }

  void command_to(const std::vector<std::string>& command, File& file) {
    const auto write = [&](std::string_view bytes) { file.write(bytes); };
    if (const int code = run(command, write, write); code != 0) {
      throw base::Error(base::ErrorCode::command_failed,
                        fmt::format("{} exited with {}", command.front(), code));
    }
  }

  void var_log() {
    std::string failure;
    try {
      unpack([&](const auto& take) { tar_in_node(take); }, folder_, false, name_of("var/log"), findings_);
      return;
    } catch (const base::Error& error) {
      failure = reason_of(error.failure());
    }
    // Nothing can be run in the node. The engine reads its files all the same.
    if (archive_of_engine()) {
      findings_.add(name_of("containers"), fmt::format("links could not be followed: {}", failure));
    }
  }

  void tar_in_node(const std::function<void(std::string_view)>& take) {
    std::string words;
    const int code = run({"sh", "-c", kTar}, take, [&](std::string_view text) {
      words += text.substr(0, kKeptWords - std::min(kKeptWords, words.size()));
    });
    if (code != 0) {
      throw base::Error(base::ErrorCode::command_failed, fmt::format("tar exited with {}: {}", code, words));
    }
  }

  bool archive_of_engine() {
    const auto failure = findings_.note_failure(name_of("var/log"), [&] {
      unpack(
          [&](const auto& take) {
            host_.engine().stream_archive(
                node_.id, kLogs,
                [&](std::string_view bytes) {
                  take(bytes);
                  return true;
                },
                stop_);
          },
          folder_, true, name_of("var/log"), findings_);
    });
    return failure.empty();
  }

  // A container that does not run: it still has files.
  void resting_node() {
    const std::string reason = fmt::format("the node is not running, its container is {}", node_.state);
    std::vector<std::string> files;
    for (const auto& wanted : command_files()) {
      const std::string name = wanted.file;
      findings_.note_failure(name_of(name), [&] {
        auto file = folder_.create(name);
        const bool is_a_file = wanted.command.front() == "cat";
        if (const auto text =
                is_a_file ? host_.read_file(node_.id, wanted.command.back(), stop_) : std::nullopt) {
          file.write(*text);
        } else {
          file.write(reason + "\n");
          files.push_back(name);
        }
      });
    }
    findings_.add(name_of(fmt::format("{{{},containers}}", fmt::join(files, ","))), reason);
    archive_of_engine();
  }

  node::Host& host_;
  const node::Node& node_;
  const Folder& folder_;
  Findings& findings_;
  const std::stop_token& stop_;
};

}  // namespace

void collect_node(node::Host& host, const node::Node& node, const Folder& folder, Findings& findings,
                  const std::stop_token& stop) {
  findings.note_failure(node.name, [&] {
    const auto own = folder.below(node.name);
    NodeCollection collection(host, node, own, findings, stop);
    const auto works = collection.works();
    run_all(works, works.size(), stop);
  });
}

}  // namespace ingot::logs
