// SPDX-License-Identifier: Apache-2.0
// What we believe about files and logs of containers.
#include "contract/subject.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace ingot::contract;
using ingot::base::ErrorCode;
namespace tar = ingot::tar;

namespace {

std::string logs(Subject& subject, const std::string& id, bool follow) {
  std::string text;
  subject.engine.container_logs(id, follow,
                                [&](std::string_view piece) {
                                  text += piece;
                                  return true;
                                },
                                {});
  return text;
}

}  // namespace

TEMPLATE_TEST_CASE("files go into a container before it starts and come out again", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    subject.engine.put_archive(id, "/", tar::pack({{.path = "/etc/x/y", .content = "one"}}), {});
    using Files = std::map<std::string, std::string>;
    CHECK(tar::unpack(subject.engine.get_archive(id, "/etc/x/y", {})) == Files{{"y", "one"}});
    CHECK(tar::unpack(subject.engine.get_archive(id, "/etc/x", {})) == Files{{"x/y", "one"}});
    CHECK(tar::unpack(subject.engine.get_archive(id, "/data", {})) == Files{{"data/hello.txt", "hello\n"}});
    subject.engine.start_container(id, {});
    subject.engine.put_archive(id, "/etc", tar::pack({{.path = "/x/z", .content = "two"}}), {});
    CHECK(tar::unpack(subject.engine.get_archive(id, "/etc/x/", {})) ==
          Files{{"x/y", "one"}, {"x/z", "two"}});
  });
}

TEMPLATE_TEST_CASE("files reach a volume of the container before it starts", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    auto spec = subject.spec();
    spec.anonymous_volumes = {"/var"};
    const auto id = subject.create("a", spec);
    subject.engine.put_archive(id, "/", tar::pack({{.path = "/var/lib/x", .content = "one"}}), {});
    subject.engine.start_container(id, {});
    CHECK(tar::unpack(subject.engine.get_archive(id, "/var/lib/x", {})).at("x") == "one");
  });
}

TEMPLATE_TEST_CASE("a path that is not there is a 404 for files both ways", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    const std::string archive = "/v1.41/containers/" + id + "/archive?path=";
    CHECK(error_of([&] { static_cast<void>(subject.engine.get_archive(id, "/none", {})); }) ==
          ErrorCode::not_found);
    for (const auto& answer :
         {subject.ask("GET", archive + "/none"),
          subject.ask("PUT", archive + "/none", tar::pack({{.path = "/x", .content = "x"}}))}) {
      CHECK(answer.status == 404);
      CHECK(answer.message == "Could not find the file /none in container " + id);
    }
    const auto file =
        subject.ask("PUT", archive + "/data/hello.txt", tar::pack({{.path = "/x", .content = "x"}}));
    CHECK(file.status == 500);
    CHECK(file.message == "extraction point is not a directory");
    CHECK(subject.ask("GET", archive).status == 400);
  });
}

TEMPLATE_TEST_CASE("what is no tar is refused", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    const auto answer =
        subject.ask("PUT", "/v1.41/containers/" + id + "/archive?path=/", std::string(2000, 'g'));
    CHECK(answer.status == 500);
    CHECK(answer.message == "archive/tar: invalid tar header");
  });
}

TEMPLATE_TEST_CASE("logs hold both streams, with and without a terminal", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto plain = subject.run("a", {"say", "out\n", "err\n", "0"});
    subject.engine.wait_container(plain, {});
    const std::string both = logs(subject, plain, false);
    CHECK((both == "out\nerr\n" || both == "err\nout\n"));  // two pipes: the order is nobody's
    auto spec = subject.spec({"say", "out\n", "err\n", "0"});
    spec.tty = true;
    const auto terminal = subject.create("b", spec);
    subject.engine.start_container(terminal, {});
    CHECK(logs(subject, terminal, true) == "out\r\nerr\r\n");
  });
}

TEMPLATE_TEST_CASE("logs that are followed end with the container", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const std::jthread killer([&] { subject.engine.kill_container(id, "KILL", {}); });
    CHECK(logs(subject, id, true) == "waiting\n");
    const auto answer = subject.ask("GET", "/v1.41/containers/" + id + "/logs");
    CHECK(answer.status == 400);
    CHECK(answer.message == "Bad parameters: you must choose at least one stream");
  });
}
