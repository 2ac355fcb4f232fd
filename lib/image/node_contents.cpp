// SPDX-License-Identifier: Apache-2.0
#include "image/node_contents.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <thread>

namespace ingot::image {

namespace {

constexpr std::string_view kSection = "-- ";

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    words.push_back(std::move(word));
  }
  return words;
}

// "339.7", "MiB"
std::uint64_t to_bytes(const std::string& number, const std::string& unit) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  const auto found = std::ranges::find(kUnits, unit);
  std::istringstream stream(number);
  stream.imbue(std::locale::classic());
  double value = 0;
  if (found == kUnits.end() || !(stream >> value) || value < 0 || value > 1e6) {
    return 0;
  }
  return static_cast<std::uint64_t>(
      std::llround(std::ldexp(value, 10 * static_cast<int>(found - kUnits.begin()))));
}

// REF TYPE DIGEST SIZE UNIT PLATFORMS LABELS
NodeContents::Row to_row(const std::string& line) {
  const auto words = words_of(line);
  if (words.size() < 5 || !is_digest(words[2])) {
    throw base::Error(base::ErrorCode::untrusted, "a node's list of images is not understood", line);
  }
  return {.name = words[0], .digest = words[2], .size = to_bytes(words[3], words[4])};
}

void take_line(NodeContents& contents, std::string_view section, const std::string& line) {
  if (section == "images") {
    if (!line.starts_with("REF ")) {
      contents.images.push_back(to_row(line));
    }
  } else if (section == "snapshotter") {
    contents.snapshotter = line;
  } else if (section == "snapshots") {
    if (const auto words = words_of(line); !words.empty() && words.back() == "Committed") {
      contents.snapshots.insert(words.front());
    }
  } else if (section == "blobs") {
    contents.blobs.insert(line);
  }
}

}  // namespace

std::set<std::string> NodeContents::digests_of(const std::string& id) const {
  std::set<std::string> digests{id};
  for (const auto& row : images) {
    if (row.name == id) {  // Kubernetes' part of containerd names every image by its id, too
      digests.insert(row.digest);
    }
  }
  return digests;
}

bool NodeContents::has(const std::string& id) const {
  const auto digests = digests_of(id);
  return std::ranges::any_of(images, [&](const Row& row) { return digests.contains(row.digest); });
}

bool NodeContents::has(const std::string& id, const std::string& name) const {
  const auto digests = digests_of(id);
  return std::ranges::any_of(
      images, [&](const Row& row) { return row.name == name && digests.contains(row.digest); });
}

std::string question() {
  return R"(set -e
echo '-- images'; ctr -n k8s.io images ls
echo '-- snapshotter'
containerd config dump | sed -n "s/^ *snapshotter *= *['\"]\([^'\"]\{1,\}\)['\"].*/\1/p" | head -n 1
echo '-- snapshots'; ctr -n k8s.io snapshots ls
echo '-- blobs'; ctr -n k8s.io content ls -q
echo '-- end')";
}

NodeContents parse_contents(std::string_view answer) {
  NodeContents contents;
  std::string section;
  for (const auto& line : base::split(answer, '\n')) {
    if (line.starts_with(kSection)) {
      section = line.substr(kSection.size());
    } else if (!base::trim(line).empty()) {
      take_line(contents, section, line);
    }
  }
  if (section != "end") {
    throw base::Error(base::ErrorCode::untrusted, "a node's account of its images ends too early");
  }
  return contents;
}

NodeContents ask(node::Host& host, const node::Node& node, const std::stop_token& stop) {
  std::string answer;
  std::string complaints;  // containerd warns of settings that it does not know, and answers all the same
  const docker::ExecStreams streams{.out = [&](std::string_view bytes) { answer += bytes; },
                                    .err = [&](std::string_view bytes) { complaints += bytes; }};
  const docker::ExecSpec spec{.command = {"/bin/sh", "-c", question()}, .privileged = true};
  if (host.run_interactive(node.id, spec, streams, stop) != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("node '{}' does not tell which images it has", node.name),
                       .detail = complaints});
  }
  return base::with_context(fmt::format("asking node '{}' for its images", node.name),
                            [&] { return parse_contents(answer); });
}

std::vector<NodeContents> ask_all(node::Host& host, const std::vector<node::Node>& nodes,
                                  const std::stop_token& stop) {
  std::vector<NodeContents> contents(nodes.size());
  std::vector<std::exception_ptr> failures(nodes.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          contents[i] = ask(host, nodes[i], stop);
        } catch (...) {
          failures[i] = std::current_exception();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
  return contents;
}

}  // namespace ingot::image
