// SPDX-License-Identifier: Apache-2.0
#include "live/subscriber.hpp"

#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <random>

namespace ingot::live {

namespace {

using testing::Known;
using testing::node_object;

constexpr Moment kNow{};
const ServerInfo kServer{.version = "1", .engine = "unix:///engine"};

void read_all(Subscriber& subscriber, Known& known) {
  while (const auto message = subscriber.next()) {
    known.take(*message->text);
  }
}

std::map<std::pair<Kind, std::string>, std::string> truth(const World& world, const Filter& filter) {
  std::map<std::pair<Kind, std::string>, std::string> objects;
  for (const auto& change : world.snapshot(filter).objects) {
    objects[{change->subject.kind, change->subject.id}] = change->object();
  }
  return objects;
}

// Something happens, or nothing does.
void change_at_random(World& world, std::mt19937& random) {
  const std::string name(1, static_cast<char>('a' + random() % 6));
  if (random() % 3 == 0) {
    world.remove(Kind::node, name, kNow);
    return;
  }
  const std::array<std::string, 3> states{"created", "running", "exited"};
  const std::array<std::string, 2> clusters{"one", "two"};
  world.set(node_object(name, states.at(random() % 3), clusters.at(random() % 2),
                        {{"tier", std::to_string(random() % 2)}}),
            kNow);
}

Filter filter_at_random(std::mt19937& random) {
  const std::array<Filter, 4> filters{Filter{}, Filter{.kinds = {Kind::node}, .clusters = {}, .labels = {}},
                                      Filter{.kinds = {}, .clusters = {"one"}, .labels = {}},
                                      Filter{.kinds = {}, .clusters = {}, .labels = {{"tier", "1"}}}};
  return filters.at(random() % filters.size());
}

}  // namespace

TEST_CASE("Subscriber: welcome, then a snapshot in parts, then changes", "[live]") {
  World world;
  const std::size_t count = Subscriber::kPart + 1;
  for (std::size_t i = 0; i < count; ++i) {
    world.set(node_object("n" + std::to_string(i)), kNow);
  }
  Subscriber subscriber(world, {}, kServer);
  const auto welcome = read_server_message(*subscriber.next()->text);
  CHECK(welcome.welcome->run == world.run());
  CHECK_FALSE(welcome.is_resumed);
  const auto first = read_server_message(*subscriber.next()->text);
  CHECK(first.objects.size() == Subscriber::kPart);
  CHECK_FALSE(first.is_complete);
  world.set(node_object("n0", "exited"), kNow);  // meanwhile: the snapshot is of one moment all the same
  const auto second = read_server_message(*subscriber.next()->text);
  CHECK(second.is_complete);
  CHECK(second.version == count);
  const auto change = subscriber.next();
  CHECK(read_server_message(*change->text).version == count + 1);
  CHECK(change->caused == kNow);
  CHECK_FALSE(subscriber.next());
}

TEST_CASE("Subscriber: an empty world is a complete snapshot, too", "[live]") {
  World world;
  Subscriber subscriber(world, {}, kServer);
  static_cast<void>(subscriber.next());
  const auto snapshot = read_server_message(*subscriber.next()->text);
  CHECK(snapshot.is_complete);
  CHECK(snapshot.objects.empty());
}

TEST_CASE("Subscriber: all are given the same bytes of a change", "[live]") {
  World world;
  Subscriber one(world, {}, kServer);
  Subscriber two(world, {}, kServer);
  Known ignored;
  read_all(one, ignored);
  read_all(two, ignored);
  world.set(node_object("a"), kNow);
  CHECK(one.next()->text->data() == two.next()->text->data());
}

TEST_CASE("Subscriber: one that has fallen out is told so, and gets a snapshot when it comes back",
          "[live]") {
  World world(1);
  Subscriber subscriber(world, {}, kServer);
  Known known;
  read_all(subscriber, known);
  for (const char* name : {"a", "b"}) {
    world.set(node_object(name), kNow);
    world.remove(Kind::node, name, kNow);
  }
  const auto message = subscriber.next();
  CHECK(message->is_last);
  CHECK(read_server_message(*message->text).reason.find("too slow") == 0);
  Subscriber again(world, {.resume = Position{.run = world.run(), .version = 0}, .filter = {}}, kServer);
  CHECK_FALSE(read_server_message(*again.next()->text).is_resumed);
}

TEST_CASE("Subscriber: a position of another run of the server gets a snapshot", "[live]") {
  World before;
  World world;
  Subscriber subscriber(world, {.resume = Position{.run = before.run(), .version = 0}, .filter = {}},
                        kServer);
  CHECK_FALSE(read_server_message(*subscriber.next()->text).is_resumed);
}

// Whatever happens, and however often and wherever the connection is lost: a client that takes every message
// ends up with what is there, and never hears of a version twice.
TEST_CASE("Subscriber: over random histories, no gap and no duplicate, also across resumes", "[live]") {
  const auto seed = GENERATE(range(0U, 200U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  World world(random() % 2 == 0 ? World::kMostRemovals : random() % 8);
  const Filter filter = filter_at_random(random);
  Known known;
  auto subscriber = std::make_unique<Subscriber>(world, Hello{.resume = {}, .filter = filter}, kServer);
  for (int i = 0; i < 300; ++i) {
    switch (random() % 4) {
      case 0:
      case 1:
        change_at_random(world, random);
        break;
      case 2:  // reads a little
        if (const auto message = subscriber->next(); message && !message->is_last) {
          known.take(*message->text);
        } else if (message) {
          subscriber = std::make_unique<Subscriber>(world, Hello{.resume = {}, .filter = filter}, kServer);
        }
        break;
      default:  // loses its connection, and comes back with what it has read up to
        if (random() % 4 == 0) {
          subscriber = std::make_unique<Subscriber>(world, Hello{known.bookmark.position(), filter}, kServer);
        }
    }
  }
  for (bool is_over = false; !is_over;) {
    is_over = true;
    while (const auto message = subscriber->next()) {
      if (message->is_last) {
        subscriber = std::make_unique<Subscriber>(world, Hello{.resume = {}, .filter = filter}, kServer);
        is_over = false;
        break;
      }
      known.take(*message->text);
    }
  }
  CHECK(known.is_in_order);
  CHECK(known.objects == truth(world, filter));
}

}  // namespace ingot::live
