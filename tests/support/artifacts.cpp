// SPDX-License-Identifier: Apache-2.0
#include "support/artifacts.hpp"

#define CATCH_CONFIG_EXTERNAL_INTERFACES  // listeners
#include <catch2/catch.hpp>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

namespace ingot::testing {

namespace {

struct Kept {
  std::string file_name;
  std::function<std::string()> text;
};

// The one place that outlives tests: Catch2 makes its listeners itself.
struct Registry {
  std::mutex mutex;
  std::map<const Artifact*, Kept> kept;
};

Registry& registry() {
  static Registry the_registry;
  return the_registry;
}

std::filesystem::path folder_for(const std::string& test) {
  const char* given = std::getenv("INGOT_TEST_ARTIFACTS");
  std::string name;
  for (const char c : test) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return std::filesystem::path(given == nullptr ? "artifacts" : given) / name.substr(0, 100);
}

void write_all(const std::string& test, const std::string& failure, bool is_fatal) {
  const std::filesystem::path folder = folder_for(test);
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  std::ofstream(folder / "failure.txt", std::ios::app) << failure << "\n";
  if (is_fatal) {
    return;  // a signal came, perhaps with a lock held that the texts need
  }
  Registry& all = registry();
  const std::scoped_lock lock(all.mutex);
  int number = 0;
  for (const auto& [artifact, kept] : all.kept) {
    std::ofstream(folder / (std::to_string(++number) + "-" + kept.file_name)) << kept.text();
  }
}

class ArtifactsListener final : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    test_ = info.name;
    TestEventListenerBase::testCaseStarting(info);
  }

  // While the test's objects still live.
  bool assertionEnded(const Catch::AssertionStats& stats) override {
    const Catch::AssertionResult& result = stats.assertionResult;
    if (!result.isOk()) {
      std::string failure = std::string(result.getSourceInfo().file) + ":" +
                            std::to_string(result.getSourceInfo().line) + ": " + result.getExpression() +
                            "\n" + result.getExpandedExpression() + result.getMessage();
      for (const auto& message : stats.infoMessages) {
        failure += "\n" + message.message;
      }
      write_all(test_, failure, result.getResultType() == Catch::ResultWas::FatalErrorCondition);
    }
    return TestEventListenerBase::assertionEnded(stats);
  }

 private:
  std::string test_;
};

CATCH_REGISTER_LISTENER(ArtifactsListener)

}  // namespace

Artifact::Artifact(std::string file_name, std::function<std::string()> text) {
  Registry& all = registry();
  const std::scoped_lock lock(all.mutex);
  all.kept[this] = {std::move(file_name), std::move(text)};
}

Artifact::~Artifact() {
  Registry& all = registry();
  const std::scoped_lock lock(all.mutex);
  all.kept.erase(this);
}

}  // namespace ingot::testing
