// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/program.hpp"

#include <algorithm>
#include <span>

namespace ingot::testing {

namespace {

constexpr int kUsage = 2;

}  // namespace

void Programs::add(Choice choice, Program program) {
  entries_.emplace_back(std::move(choice), std::move(program));
}

void Programs::add(std::vector<std::string> first_words, Program program) {
  add(
      [words = std::move(first_words)](const ProcessInfo& info) {
        return info.argv.size() >= words.size() &&
               std::ranges::equal(words, std::span(info.argv).first(words.size()));
      },
      std::move(program));
}

Programs::Found Programs::find(const ProcessInfo& info) const {
  const auto found =
      std::find_if(entries_.rbegin(), entries_.rend(), [&](const auto& entry) { return entry.first(info); });
  return found == entries_.rend() ? Found{} : Found{.is_known = true, .program = found->second};
}

Program scripted(Script script) {
  return [script = std::move(script)](Process& process) {
    process.out(script.out);
    process.err(script.err);
    for (const auto& [path, content] : script.files) {
      process.write_file(path, content);
    }
    return script.exit_code;
  };
}

Program waits_for_signal() {
  return [](Process& process) { return 128 + process.wait_for_signal(); };
}

Program probe() {
  return [](Process& process) {
    const auto& argv = process.info().argv;
    const std::string verb = argv.size() > 1 ? argv[1] : "";
    if (verb == "wait") {
      process.out("waiting\n");
      return 128 + process.wait_for_signal();
    }
    if (verb == "say" && argv.size() == 5) {
      process.out(argv[2]);
      process.err(argv[3]);
      return std::stoi(argv[4]);
    }
    if (verb == "copy") {
      for (std::string piece = process.input(); !piece.empty(); piece = process.input()) {
        process.out(piece);
      }
      return 0;
    }
    if (verb == "size" && argv.size() == 4) {
      process.wait_for_window(std::stoi(argv[2]), std::stoi(argv[3]));
      return 0;
    }
    return kUsage;
  };
}

}  // namespace ingot::testing
