// SPDX-License-Identifier: Apache-2.0
// What shall go wrong, and when: each fault waits for its request (the n-th that matches) and then acts once,
// or every time. Thread-safe. A test's own folly is told, too: unused() names faults that nothing met.
#pragma once

#include "support/wire/bell.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ingot::testing {

// A request to come. Empty parts match everything; the path is matched whole, without version and query.
struct Match {
  std::string method = {};
  std::string path = {};  // regular expression: "/containers/[^/]+/start"
  int nth = 1;            // counted from 1; 0: every one
};

class Faults {
 public:
  // How a request is held: until it is released, or its client goes.
  class Hold {
   public:
    void release();
    // Blocks until a request is held.
    void wait_until_held();

   private:
    friend class Faults;
    friend class FakeEngine;
    Bell bell_;
    std::mutex mutex_;
    bool is_held_ = false;
    bool is_released_ = false;
  };

  // The engine refuses and does nothing.
  void fail(const Match& match, int status, const std::string& message);
  // The engine answers with these bytes and does nothing.
  void answer(const Match& match, int status, const std::string& body);
  // The engine does its work; the connection breaks after that many bytes of the answer's body (0: none).
  void cut_after(const Match& match, std::size_t bytes);
  // The engine does nothing until released; then it goes on as if nothing had been. Shared: the held request
  // and the test, in either order of ending.
  std::shared_ptr<Hold> hold(const Match& match);
  // The engine dies instead of answering.
  void die(const Match& match);
  // `act` runs on the connection's thread before the engine does its work.
  void before(const Match& match, std::function<void()> act);

  // What to do with this request.
  struct Verdict {
    struct Answer {
      int status = 0;
      std::string body;
    };
    std::optional<Answer> answer;
    std::optional<std::size_t> cut_after;
    std::shared_ptr<Hold> hold;
    std::vector<std::function<void()>> before;
    bool dies = false;
  };
  [[nodiscard]] Verdict judge(const std::string& method, const std::string& path);

  [[nodiscard]] std::vector<std::string> unused() const;
  // Releases what is held and forgets the rest.
  void clear();

 private:
  struct Rule {
    Match match;
    std::string what;
    std::function<void(Verdict&)> apply;
    int seen = 0;
    bool used = false;
  };
  void add(const Match& match, std::string what, std::function<void(Verdict&)> apply);

  mutable std::mutex mutex_;
  std::list<Rule> rules_;
  std::vector<std::shared_ptr<Hold>> holds_;
};

}  // namespace ingot::testing
