// SPDX-License-Identifier: Apache-2.0
#include "feed/mending.hpp"

#include <catch2/catch.hpp>

namespace ingot::feed {

namespace {

using std::chrono::seconds;
using Groups = std::vector<std::vector<std::string>>;

const Mending::Time kBegin{};

attach::Holding holding(const std::string& name, const std::string& cluster, const std::string& run = "1") {
  return {.id = "id-" + name, .run = run, .name = name, .cluster = cluster, .devices = {}};
}

}  // namespace

TEST_CASE("Mending: whoever has started is waited for, and one command is for a cluster", "[feed]") {
  Mending mending({seconds(3), seconds(30)});
  CHECK_FALSE(mending.next());
  mending.see(holding("demo-worker", "demo"), true, kBegin);
  mending.see(holding("dev", ""), true, kBegin);
  mending.see(holding("demo-control-plane", "demo"), true, kBegin + seconds(1));
  mending.see(holding("demo-worker", "demo"), true, kBegin + seconds(2));  // what is known waits no longer
  CHECK(mending.next() == kBegin + seconds(3));
  CHECK(mending.take_due(kBegin + seconds(3)) == Groups{{"dev"}});
  CHECK(mending.due(kBegin + seconds(4)) == std::set<std::string>{"id-demo-control-plane", "id-demo-worker"});
  CHECK(mending.take_due(kBegin + seconds(4)) == Groups{{"demo-control-plane", "demo-worker"}});
  CHECK(mending.take_due(kBegin + seconds(4)).empty());
}

TEST_CASE("Mending: who has its devices in time is left alone", "[feed]") {
  Mending mending({seconds(3)});
  mending.see(holding("dev", ""), true, kBegin);
  mending.see(holding("dev", ""), false, kBegin + seconds(1));
  CHECK_FALSE(mending.next());
}

TEST_CASE("Mending: what does not help is tried a few times, and once more after another start", "[feed]") {
  Mending mending({seconds(3), seconds(30)});
  mending.see(holding("dev", ""), true, kBegin);
  CHECK(mending.take_due(kBegin + seconds(3)).size() == 1);
  CHECK(mending.next() == kBegin + seconds(33));
  CHECK(mending.take_due(kBegin + seconds(33)).size() == 1);
  CHECK_FALSE(mending.next());
  mending.see(holding("dev", ""), true, kBegin + seconds(40));
  CHECK_FALSE(mending.next());
  mending.see(holding("dev", "", "2"), true, kBegin + seconds(50));
  CHECK(mending.next() == kBegin + seconds(53));
  mending.forget("id-dev");
  CHECK_FALSE(mending.next());
}

}  // namespace ingot::feed
