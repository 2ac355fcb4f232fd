// SPDX-License-Identifier: Apache-2.0
#include "support/fake_nodes/snapshots.hpp"

#include "base/text.hpp"
#include "node/throw_away.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace ingot::testing {

namespace {

constexpr const char* kNodes = "/ingot/nodes/";
constexpr const char* kFiles = "/ingot/snapshot/";
constexpr int kDamaged = 3;
constexpr std::array kAreaFiles{"base.tar", "changes.tar", "removed"};

std::string sha256(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string digits;
  for (const auto byte : digest) {
    digits += fmt::format("{:02x}", byte);
  }
  return digits;
}

// What follows `word` in the lines of a script that begin with it: "0/var", for each "before 0/var none".
std::vector<std::string> named_after(const std::string& script, const std::string& word) {
  std::vector<std::string> names;
  for (const auto& line : base::split(script, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() > 1 && words[0] == word) {
      names.push_back(words[1]);
    }
  }
  return names;
}

const std::string& script_of(const ProcessInfo& info) {
  return info.argv.back();
}

// Runs this in a container for errands of snapshots.
bool runs(const ProcessInfo& info, std::string_view part) {
  return info.labels.contains(std::string(node::kHelperLabel)) &&
         script_of(info).find(part) != std::string::npos;
}

using ObjectsOf = std::function<std::string(const std::string& container)>;

int copy(Process& process, const ObjectsOf& objects_of) {
  const auto areas = named_after(script_of(process.info()), "before");
  process.out("ready\n");
  if (process.input().empty()) {
    return 1;
  }
  for (const auto& area : areas) {
    if (const auto owner = process.read_file(kNodes + area + kEtcdOwner)) {
      process.write_file(kNodes + area + kEtcdObjects, objects_of(*owner));
    }
    process.write_file(kFiles + area + "/base.tar", "");
    process.write_file(kFiles + area + "/changes.tar", process.pack(kNodes + area));
    process.write_file(kFiles + area + "/removed", "");
  }
  process.out("copied\n");
  process.out("version " + process.read_file("/kind/version").value());
  for (const auto& area : areas) {
    for (const auto* name : kAreaFiles) {
      const auto path = fmt::format("{}/{}", area, name);
      const auto content = process.read_file(kFiles + path).value();
      process.out(fmt::format("part {} {} {}\n", content.size(), sha256(content), path));
    }
  }
  process.out("done\n");
  return 0;
}

int unpack(Process& process) {
  const auto& script = script_of(process.info());
  const auto begin = script.find("<<'END'");
  const auto sums = script.substr(begin, script.find("\nEND\n", begin) - begin);
  for (const auto& line : base::split(sums, '\n')) {
    const auto gap = line.find("  ");  // "SUM  PATH"
    if (gap == std::string::npos || line.starts_with("<<")) {
      continue;
    }
    const auto path = line.substr(gap + 2);
    if (const auto content = process.read_file(kFiles + path);
        !content || sha256(*content) != line.substr(0, gap)) {
      process.out(path + ": FAILED\n");
      return kDamaged;
    }
  }
  for (const auto& area : named_after(script, "unpack")) {
    const auto changes = process.read_file(kFiles + area + "/changes.tar").value();
    if (!process.unpack(kNodes + area.substr(0, area.find('/')), changes)) {
      return 2;
    }
  }
  return 0;
}

}  // namespace

void add_snapshot_programs(FakeEngine& engine, const ObjectsOf& objects_of) {
  engine.add_program([](const ProcessInfo& info) { return runs(info, "exec sleep 3600"); },
                     waits_for_signal());
  engine.add_program([](const ProcessInfo& info) { return runs(info, "\nread -r _\n"); },
                     [objects_of](Process& process) { return copy(process, objects_of); });
  engine.add_program([](const ProcessInfo& info) { return runs(info, "sha256sum --check"); }, unpack);
  engine.add_program([](const ProcessInfo& info) { return runs(info, "--force-new-cluster"); }, scripted({}));
}

}  // namespace ingot::testing
