// SPDX-License-Identifier: Apache-2.0
// Commands that a server runs; here they are scripts for a shell.
#include "base/error.hpp"
#include "base/wait.hpp"
#include "serve/client.hpp"
#include "serve/command.hpp"
#include "serve/driver.hpp"
#include "unit/serve/shells.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <future>
#include <thread>

namespace ingot::serve {

namespace {

using live::Received;
using testing::Shells;

// One that says hello, and what it has been told.
class Talker {
 public:
  explicit Talker(const Shells& shells, live::Hello hello = {}) {
    if (hello.filter.kinds.empty()) {
      hello.filter.kinds = {live::Kind::network};  // of which there are none
    }
    client = Client::connect(shells.place, hello, {});
    REQUIRE(client);
    welcome = wait_for("welcome");
    if (hello.watches) {
      static_cast<void>(wait_for("snapshot"));
    }
  }

  std::unique_ptr<Client> client;
  Received welcome;
  std::string said;    // by commands
  std::string erred;   // the same, on standard error
  std::string others;  // types of all other messages, each with a space

  Received wait_for(const std::string& type) {
    const base::TimeLimit limit(std::chrono::seconds(60), {});
    for (;;) {
      const auto text = client->receive(limit.token());
      REQUIRE(text);
      auto message = live::read_server_message(*text);
      if (message.type == "output") {
        (message.is_error ? erred : said) += message.bytes;
      }
      if (message.type == type) {
        return message;
      }
      if (message.type != "output") {
        others += message.type + " ";
      }
    }
  }

  // Until what it says ends so.
  void wait_until_said(const std::string& end) {
    while (!said.ends_with(end)) {
      static_cast<void>(wait_for("output"));
    }
  }

  // Its id.
  std::string run(const std::string& script, live::Run given = {}) {
    given.id = "1";
    given.arguments = {script};
    client->send(given);
    return wait_for("started").command;
  }
};

live::Hello in_channel(const std::string& channel) {
  return {.resume = std::nullopt, .filter = {}, .watches = true, .name = {}, .channel = channel};
}

}  // namespace

TEST_CASE("Commands: what one says comes in order, with its exit code", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  CHECK(talker.welcome.takes_commands);
  talker.run("echo one; echo two >&2; exit 7");
  CHECK(talker.wait_for("ended").code == 7);
  CHECK(talker.said == "one\n");
  CHECK(talker.erred == "two\n");
  talker.run("kill -TERM $$");
  CHECK(talker.wait_for("ended").code == 128 + SIGTERM);
}

TEST_CASE("Commands: nothing of much output is lost, however slowly it is read", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  talker.run("head -c 2000000 /dev/zero | tr '\\0' x");
  CHECK(talker.wait_for("ended").code == 0);
  CHECK(talker.said.size() == 2'000'000);
  CHECK(talker.others.find("gap") == std::string::npos);
}

TEST_CASE("Commands: who is told of the last piece may leave at once, and the others are told, too",
          "[serve]") {
  class Leaving : public Onlooker {
   public:
    explicit Leaving(Command& command) : command_(command) { command.add(*this); }
    int told = 0;

   private:
    void on_piece() override {
      ++told;
      if (command_.has_said_all()) {
        command_.remove(*this);
      }
    }
    void on_start(const std::shared_ptr<Command>&) override {}
    Command& command_;
  };
  boost::asio::io_context io;
  live::World world;
  const auto command = std::make_shared<Command>(io, world, live::CommandFacts{.id = "1"},
                                                 ProcessSpec{.words = {"/bin/true"}}, [] {});
  const Leaving one(*command);
  const Leaving other(*command);
  command->begin();
  io.run();
  CHECK(one.told == 1);
  CHECK(other.told == 1);
}

TEST_CASE("Commands: input is read to its end", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const auto command = talker.run("tr a-z A-Z");
  talker.client->send(live::Input{.command = command, .bytes = "some ", .is_end = false});
  talker.client->send(live::Input{.command = command, .bytes = "text", .is_end = true});
  CHECK(talker.wait_for("ended").code == 0);
  CHECK(talker.said == "SOME TEXT");
}

TEST_CASE("Commands: a signal reaches it", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const auto command = talker.run("trap 'echo trapped; exit 3' INT; echo ready; while :; do read x; done");
  talker.wait_until_said("ready\n");
  talker.client->send(live::Signal{.command = command, .number = SIGINT});
  talker.client->send(live::Input{.command = command, .bytes = "\n", .is_end = false});
  CHECK(talker.wait_for("ended").code == 3);
  CHECK(talker.said == "ready\ntrapped\n");
}

TEST_CASE("Commands: a terminal has its size, and takes Ctrl-C", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const auto command = talker.run(
      "test -t 0 && test -t 1 && test -t 2 && stty size; trap 'stty size; exit 5' INT; echo go; "
      "while :; do sleep 1; done",
      {.id = {}, .arguments = {}, .terminal = live::TerminalSize{.columns = 100, .rows = 30}});
  talker.wait_until_said("go\r\n");
  CHECK(talker.said == "30 100\r\ngo\r\n");
  talker.client->send(live::Resize{.command = command, .terminal = {.columns = 50, .rows = 20}});
  talker.client->send(live::Input{.command = command, .bytes = "\x03", .is_end = false});
  CHECK(talker.wait_for("ended").code == 5);
  CHECK(talker.said.find("20 50\r\n") != std::string::npos);
}

TEST_CASE("Commands: everybody is told the size of a terminal, in its place", "[serve]") {
  const Shells shells;
  auto hello = in_channel("c");
  hello.filter.kinds = {live::Kind::command};
  Talker talker(shells, hello);
  const auto command =
      talker.run("echo $TERM; read x; stty size",
                 {.id = {}, .arguments = {}, .terminal = live::TerminalSize{.columns = 100, .rows = 30}});
  talker.wait_until_said("xterm-256color\r\n");
  CHECK(talker.others.find("resized ") != std::string::npos);  // changes of objects come beside
  talker.client->send(live::Resize{.command = command, .terminal = {.columns = 50, .rows = 20}});
  std::string size;
  while (size != "columns=50, rows=20") {
    size = live::facts_of(talker.wait_for("change").objects.front()).at("terminal");
  }
  talker.client->send(live::Input{.command = command, .bytes = "\n", .is_end = false});
  CHECK(talker.wait_for("ended").code == 0);
  Talker late(shells);
  late.client->send(live::Join{command});
  CHECK(late.wait_for("resized").command == command);
  CHECK(late.said.empty());
  static_cast<void>(late.wait_for("resized"));
  CHECK(late.said.find("xterm") == 0);
  CHECK(late.said.find("20 50") == std::string::npos);
  static_cast<void>(late.wait_for("ended"));
  CHECK(late.said.ends_with("20 50\r\n"));
  CHECK(late.wait_for("joined").command == command);
}

TEST_CASE("Commands: others join what runs, and are told what it said before", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const auto command = talker.run("echo before; read x; echo after $x");
  talker.wait_until_said("before\n");
  Talker other(shells);
  other.client->send(live::Join{command});
  CHECK(other.wait_for("joined").command == command);
  CHECK(other.said == "before\n");
  other.client->send(live::Input{.command = command, .bytes = "typed\n", .is_end = false});
  CHECK(other.wait_for("ended").code == 0);
  CHECK(talker.wait_for("ended").code == 0);
  CHECK(talker.said == "before\nafter typed\n");
  CHECK(other.said == talker.said);
}

TEST_CASE("Commands: a channel shows its commands to all who are in it", "[serve]") {
  const Shells shells;
  Talker here(shells, in_channel("c"));
  Talker elsewhere(shells, in_channel("d"));
  Talker typist(shells, in_channel("c"));
  typist.run("echo one; read x");
  here.wait_until_said("one\n");
  Talker late(shells, in_channel("c"));
  late.wait_until_said("one\n");
  elsewhere.run("echo other");
  elsewhere.wait_for("ended");
  CHECK(elsewhere.said == "other\n");
}

TEST_CASE("Commands: who goes hangs up, unless it was detached", "[serve]") {
  const Shells shells;
  Talker stays(shells);
  const bool is_detached = GENERATE(false, true);
  std::string command;
  {
    Talker goes(shells);
    command = goes.run(is_detached ? "echo ready; read x; exit 4"
                                   : "trap 'exit 9' HUP; echo ready; while :; do sleep 0.01; done",
                       {.id = {}, .arguments = {}, .terminal = std::nullopt, .is_detached = is_detached});
    goes.wait_until_said("ready\n");
    stays.client->send(live::Join{command});
    stays.wait_until_said("ready\n");
  }
  if (is_detached) {
    stays.client->send(live::Input{.command = command, .bytes = "\n", .is_end = false});
  }
  CHECK(stays.wait_for("ended").code == (is_detached ? 4 : 9));
}

TEST_CASE("Commands: who joins late or reads slowly is told of a gap", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const auto command = talker.run("head -c 2000000 /dev/zero | tr '\\0' x; echo; read x");
  talker.wait_until_said("\n");
  Talker late(shells);
  late.client->send(live::Join{command});
  static_cast<void>(late.wait_for("gap"));
  late.wait_until_said("\n");
  CHECK(late.said.size() < 1'000'000);
}

TEST_CASE("Commands: who only reads can join and nothing else", "[serve]") {
  const Shells shells;
  auto hello = in_channel("");
  hello.only_reads = true;
  Talker reader(shells, hello);
  CHECK_FALSE(reader.welcome.takes_commands);
  reader.client->send(live::Run{.id = "1", .arguments = {"true"}});
  static_cast<void>(reader.wait_for("refused"));
  Talker talker(shells);
  const auto command = talker.run("echo on; read x; exit 6");
  reader.client->send(live::Join{command});
  reader.wait_until_said("on\n");
  reader.client->send(live::Input{.command = command, .bytes = "\n", .is_end = false});
  static_cast<void>(reader.wait_for("refused"));
  reader.client->send(live::Signal{.command = command, .number = SIGINT});
  static_cast<void>(reader.wait_for("refused"));
  talker.client->send(live::Input{.command = command, .bytes = "\n", .is_end = false});
  CHECK(talker.wait_for("ended").code == 6);
  CHECK(reader.wait_for("ended").code == 6);
}

TEST_CASE("Commands: events are told as they come, and nothing that is none", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  talker.run(R"(echo '{"type":"stepStarted"}' >&3; echo 'no JSON' >&3)");
  static_cast<void>(talker.wait_for("progress"));
  CHECK(talker.wait_for("ended").code == 0);
  CHECK(talker.others.find("progress") == std::string::npos);
}

TEST_CASE("Commands: a client's settings are taken, the engine is the server's", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const std::string script = "pwd; echo $INGOT_CLUSTER $DOCKER_HOST $INGOT_SERVER $HOME";
  talker.run(script, {.id = {},
                      .arguments = {},
                      .terminal = std::nullopt,
                      .is_detached = false,
                      .directory = "/tmp",
                      .environment = {{{"HOME", "/h"}, {"DOCKER_HOST", "x"}, {"INGOT_SERVER", "y"}}}});
  static_cast<void>(talker.wait_for("ended"));
  CHECK(talker.said == "/tmp\nunix:///servers /h\n");
}

TEST_CASE("Commands: what cannot be started is refused, and the connection goes on", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  talker.client->send(
      live::Run{.id = "1", .arguments = {"true"}, .terminal = std::nullopt, .directory = "/there/is/none"});
  CHECK(talker.wait_for("refused").reason.find("No such file") != std::string::npos);
  talker.client->send(live::Join{"ffffffff"});
  static_cast<void>(talker.wait_for("refused"));
  talker.run("true");
  CHECK(talker.wait_for("ended").code == 0);
}

TEST_CASE("Commands: too much input at once ends the connection", "[serve]") {
  const Shells shells;
  Talker talker(shells);
  const auto command = talker.run("exec sleep 60");
  const std::string much(30'000, 'x');
  for (int i = 0; i < Driver::kMostInputs + 8; ++i) {
    talker.client->send(live::Input{.command = command, .bytes = much, .is_end = false});
  }
  static_cast<void>(talker.wait_for("bye"));
}

TEST_CASE("Commands: they are objects, and so are viewers for those who ask", "[serve]") {
  const Shells shells;
  auto hello = in_channel("c");
  hello.name = "me";
  hello.filter.kinds = {live::Kind::viewer, live::Kind::command};
  Talker talker(shells, hello);
  const auto viewer = talker.wait_for("change").objects.front();
  CHECK(viewer.subject.kind == live::Kind::viewer);
  CHECK(live::facts_of(viewer).at("name") == "me");
  CHECK(live::facts_of(viewer).at("role") == "driving");
  talker.client->send(live::Run{.id = "1", .arguments = {"exit 3"}});
  std::string state;
  while (state != "Ended") {
    const auto object = talker.wait_for("change").objects.front();
    CHECK(live::facts_of(object).at("arguments") == "exit 3");
    CHECK(live::facts_of(object).at("who") == "me");
    state = live::facts_of(object).at("state");
  }
}

TEST_CASE("Commands: a client is told which viewer it is, and is none beside another of its own", "[serve]") {
  const Shells shells;
  live::Hello hello;
  hello.filter.also = {live::Kind::viewer};
  Talker talker(shells, hello);
  const auto viewer = talker.wait_for("change").objects.front().subject;
  CHECK(viewer.kind == live::Kind::viewer);
  auto beside = hello;
  beside.is_beside = true;
  const Talker second(shells, beside);
  CHECK(shells.world.snapshot(hello.filter).objects.size() == 1);
}

TEST_CASE("Commands: the server's own are seen and joined as anybody's", "[serve]") {
  Shells shells;
  Talker talker(shells, {.resume = std::nullopt,
                         .filter = {.kinds = {live::Kind::command}, .clusters = {}, .labels = {}}});
  shells.server->start({"echo ready; read x; echo $x"});
  const auto started = talker.wait_for("change").objects.front();
  CHECK(live::facts_of(started).at("who") == "ingot serve");
  talker.client->send(live::Join{started.subject.id});
  talker.wait_until_said("ready\n");
  talker.client->send(live::Input{.command = started.subject.id, .bytes = "go\n", .is_end = false});
  talker.wait_until_said("go\n");
  CHECK(live::facts_of(talker.wait_for("change").objects.front()).at("state") == "Ended");
}

TEST_CASE("Commands: a server that ends asks them to end first", "[serve]") {
  Shells shells;
  Talker talker(shells);
  talker.run("trap 'echo undone; exit 2' INT; echo ready; while :; do sleep 0.01; done");
  talker.wait_until_said("ready\n");
  shells.thread.request_stop();
  CHECK(talker.wait_for("ended").code == 2);
  CHECK(talker.said == "ready\nundone\n");
  CHECK(talker.wait_for("bye").reason == "the server ends");
}

}  // namespace ingot::serve
