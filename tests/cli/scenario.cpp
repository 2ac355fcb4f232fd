// SPDX-License-Identifier: Apache-2.0
#include "cli/scenario.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"

#include <optional>

namespace ingot::testing {

namespace {

class Scenario {
 public:
  std::vector<std::string> run(std::string_view text) {
    for (const auto& line : base::split(text, '\n')) {
      ++number_;
      take(std::string(base::trim(line)));
    }
    check_exit_code();
    return std::move(faults_);
  }

 private:
  void take(const std::string& line) {
    const auto blank = line.find(' ');
    const auto word = line.substr(0, blank);
    const auto rest = blank == std::string::npos ? "" : line.substr(blank + 1);
    if (line.empty() || word == "#") {
      return;
    }
    if (word == "$") {
      start(rest);
    } else if (word == "exit") {
      expected_code_ = std::stoi(rest);
    } else if (word == "out") {
      expect_in(console_.out, rest);
    } else if (word == "err") {
      expect_in(console_.err, rest);
    } else if (word == "out-is-empty") {
      expect(console_.out.empty(), "standard output is not empty");
    } else if (word == "env") {
      console_.host.environment[rest.substr(0, rest.find('='))] = rest.substr(rest.find('=') + 1);
    } else if (word == "engine") {
      const auto at = rest.find(' ');
      console_.engine.faults().fail({.method = rest.substr(0, at), .path = rest.substr(at + 1), .nth = 0},
                                    500, "told to refuse");
    } else {
      expect(false, "unknown directive '" + word + "'");
    }
  }

  void start(const std::string& command) {
    check_exit_code();
    auto words = base::split(command, ' ');
    expect(words.front() == "ingot", "commands are ingot's");
    words.erase(words.begin());
    code_ = console_.run(words);
    expected_code_ = 0;
  }

  void check_exit_code() {
    if (code_ && *code_ != expected_code_) {
      expect(false, "the command before exited with " + std::to_string(*code_) + ", not " +
                        std::to_string(expected_code_));
    }
    code_.reset();
  }

  void expect_in(const std::string& text, const std::string& wanted) {
    expect(text.find(wanted) != std::string::npos, "'" + wanted + "' is missing");
  }

  void expect(bool holds, const std::string& otherwise) {
    if (!holds) {
      faults_.push_back("line " + std::to_string(number_) + ": " + otherwise + "\n--- out\n" + console_.out +
                        "--- err\n" + console_.err);
    }
  }

  Console console_;
  int number_ = 0;
  std::optional<int> code_;
  int expected_code_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> run_scenario(std::string_view text) {
  return Scenario().run(text);
}

}  // namespace ingot::testing
