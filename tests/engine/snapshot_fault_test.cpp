// SPDX-License-Identifier: Apache-2.0
// Verbs of snapshots in which something goes wrong with one request to the engine, for each request in turn:
// it is told, nothing half-made is left, nodes run, and the same command succeeds afterwards.
#include "base/error.hpp"
#include "docker/engine.hpp"
#include "engine/snapshot_fixture.hpp"
#include "node/throw_away.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <optional>

using namespace ingot;
using testing::SnapshotFixture;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kCause = "no space left on device";
const Names kRunning{"one-control-plane running", "one-worker running"};

// The engine refuses, or acts and then breaks the connection; or the user interrupts just then.
enum class Fault { refusal, cut, interrupt };

struct Attempt {
  std::optional<base::Failure> failure;
  bool interrupted = false;
  testing::RecordedRequest request;  // that had the fault; without a method: there was none

  [[nodiscard]] bool succeeded() const { return !failure && !interrupted; }
  [[nodiscard]] bool met() const { return !request.method.empty(); }
};

std::string to_text(const Attempt& attempt) {
  return attempt.request.method + " " + attempt.request.path + ": " +
         (attempt.interrupted ? "interrupted"
          : attempt.failure   ? attempt.failure->message + ": " + attempt.failure->cause
                              : "succeeded");
}

using Verb = std::function<void(const plan::Interrupts&)>;

Attempt attempt(SnapshotFixture& fixture, Fault fault, int nth, const Verb& verb) {
  std::stop_source ctrl_c;
  if (fault == Fault::refusal) {
    fixture.fake.faults().fail({.nth = nth}, 500, kCause);
  } else if (fault == Fault::cut) {
    fixture.fake.faults().cut_after({.nth = nth}, 0);
  } else {
    fixture.fake.faults().before({.nth = nth}, [ctrl_c]() mutable { ctrl_c.request_stop(); });
  }
  const auto before = fixture.fake.requests().size();
  Attempt attempt;
  try {
    verb({.stop = ctrl_c.get_token()});
  } catch (const base::Error& error) {
    attempt.failure = error.failure();
  } catch (const base::Cancelled&) {
    attempt.interrupted = true;
  }
  fixture.fake.faults().clear();
  const auto requests = fixture.fake.requests();
  if (const auto at = before + static_cast<std::size_t>(nth) - 1; at < requests.size()) {
    attempt.request = requests[at];
  }
  return attempt;
}

void check_words(const Attempt& attempt, Fault fault) {
  CHECK(attempt.interrupted == (fault == Fault::interrupt && !attempt.succeeded()));
  if (attempt.failure) {
    CHECK_FALSE(attempt.failure->message.empty());
    CHECK((fault != Fault::refusal || attempt.failure->cause.find(kCause) != std::string::npos));
  }
}

// What an engine did not remove when it was told to: `ingot prune` does it later.
void remove_helpers(SnapshotFixture& fixture, const Attempt& attempt) {
  if (attempt.request.method == "DELETE") {
    for (const auto& helper : fixture.helpers()) {
      docker::Engine(fixture.fake.address()).remove_container(helper.id, {});
    }
  }
}

// Calls `each` for every request that the verb makes, until there is none any more. Each attempt comes one
// request further than the one before: so what that one left is in nobody's way.
void for_each_request(SnapshotFixture& fixture, Fault fault, const Verb& verb,
                      const std::function<void(const Attempt&)>& each) {
  constexpr int kMost = 500;
  int nth = 1;
  for (bool goes_on = true; goes_on; ++nth) {
    REQUIRE(nth < kMost);
    const auto made = attempt(fixture, fault, nth, verb);
    INFO("request " << nth << ": " << to_text(made));
    check_words(made, fault);
    remove_helpers(fixture, made);
    CHECK(fixture.helpers().empty());
    each(made);
    goes_on = made.met();
  }
  CHECK(nth > 5);
}

}  // namespace

TEST_CASE("whatever fails in a save: nodes run, and the snapshot is whole or not there", "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::cut, Fault::interrupt);
  SnapshotFixture one;
  one.create_one();
  const auto save = [&](const plan::Interrupts& interrupts) { one.save("a", interrupts); };
  for_each_request(one, fault, save, [&](const Attempt& made) {
    CHECK(one.states() == kRunning);
    CHECK(one.fake.volumes().size() == (made.succeeded() ? 2 : 0));
    if (!made.succeeded()) {
      save({});
    }
    REQUIRE(one.snapshots() == Names{"one/a"});
    one.session.delete_snapshot("one/a", {});
    REQUIRE(one.fake.volumes().empty());
  });
}

TEST_CASE("whatever fails in a restore: no node of it is left, and the next one succeeds", "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::cut, Fault::interrupt);
  SnapshotFixture one;
  one.create_one();
  one.note("before");
  one.save();
  one.remove("one");
  const auto restore = [&](const plan::Interrupts& interrupts) { one.restore(false, interrupts); };
  for_each_request(one, fault, restore, [&](const Attempt& made) {
    CHECK(one.states() == (made.succeeded() ? kRunning : Names()));
    CHECK(one.snapshots() == Names{"one/a"});
    CHECK(one.noted() == (made.succeeded() ? "before" : ""));
    one.remove("one");
  });
}

TEST_CASE("whatever fails in a restore in a cluster's place: that one is as it was until it goes as a whole",
          "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::cut, Fault::interrupt);
  SnapshotFixture one;
  one.create_one();
  one.note("before");
  one.save();
  const auto replace = [&](const plan::Interrupts& interrupts) { one.restore(true, interrupts); };
  bool is_gone = false;
  for (int nth = 1; !is_gone; ++nth) {
    one.note("after");
    const auto made = attempt(one, fault, nth, replace);
    INFO("request " << nth << ": " << to_text(made));
    check_words(made, fault);
    remove_helpers(one, made);
    CHECK(one.helpers().empty());
    CHECK(one.snapshots() == Names{"one/a"});
    is_gone = one.states() == Names();  // and then it goes as any other restore
    CHECK((is_gone || one.states() == kRunning || made.request.method == "DELETE"));
    CHECK((one.states() != kRunning || made.succeeded() || one.noted() == "after"));
    if (!is_gone && one.states() != kRunning) {
      replace({});
    }
  }
  replace({});
  CHECK(one.states() == kRunning);
  CHECK(one.noted() == "before");
}

TEST_CASE("whatever fails in an export: the snapshot stays, and the next file is whole", "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::cut, Fault::interrupt);
  SnapshotFixture one;
  one.create_one();
  one.save();
  std::string file;
  for_each_request(
      one, fault, [&](const plan::Interrupts& interrupts) { file = one.exported(interrupts); },
      [&](const Attempt&) {
        CHECK(one.snapshots() == Names{"one/a"});
        CHECK(one.fake.volumes().size() == 2);
        file = one.exported();
      });
  one.session.delete_snapshot("one/a", {});
  one.import(file);
  CHECK(one.snapshots() == Names{"one/a"});
}

TEST_CASE("whatever fails in an import: it is a snapshot or nothing", "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::cut, Fault::interrupt);
  SnapshotFixture one;
  one.create_one();
  one.note("before");
  one.save();
  const auto file = one.exported();
  one.session.delete_snapshot("one/a", {});
  const auto import = [&](const plan::Interrupts& interrupts) { one.import(file, interrupts); };
  for_each_request(one, fault, import, [&](const Attempt& made) {
    CHECK(one.fake.volumes().size() == (made.succeeded() ? 2 : 0));
    if (!made.succeeded()) {
      import({});
    }
    REQUIRE(one.snapshots() == Names{"one/a"});
    one.session.delete_snapshot("one/a", {});
  });
  import({});
  one.note("after");
  one.restore(true);
  CHECK(one.noted() == "before");
}

TEST_CASE("whatever fails in a delete: the snapshot is whole or not there", "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::cut);  // it does not take long enough to be interrupted
  SnapshotFixture one;
  one.create_one();
  one.save();
  const auto file = one.exported();
  int nth = 1;
  for (bool met = true; met; ++nth) {
    const auto made =
        attempt(one, fault, nth, [&](const auto&) { one.session.delete_snapshot("one/a", {}); });
    INFO("request " << nth << ": " << to_text(made));
    check_words(made, fault);
    if (one.snapshots().empty()) {
      one.import(file);
    }
    CHECK(one.fake.volumes().size() >= 2);
    CHECK_FALSE(one.exported().empty());  // all checksums fit
    met = made.met();
  }
  CHECK(nth > 3);
}

TEST_CASE("whatever fails in a clone: the cluster runs, there is no copy, and no snapshot that was not told",
          "[engine]") {
  const auto fault = GENERATE(Fault::refusal, Fault::interrupt);
  SnapshotFixture one;
  one.create_one();
  one.note("now");
  const auto clone = [&](const plan::Interrupts& interrupts) { one.clone(interrupts); };
  for_each_request(one, fault, clone, [&](const Attempt& made) {
    CHECK(one.states() == kRunning);
    CHECK(one.states("copy").size() == (made.succeeded() ? 2 : 0));
    CHECK(one.noted("copy") == (made.succeeded() ? "now" : ""));
    for (const auto& left : one.snapshots()) {
      CHECK((made.request.method == "DELETE" || made.request.path == "/volumes"));
      CHECK(one.events.notices().find("snapshot '" + left + "' is left") != std::string::npos);
      one.session.delete_snapshot(left, {});
    }
    CHECK(one.fake.volumes().empty());
    one.remove("copy");
  });
}
