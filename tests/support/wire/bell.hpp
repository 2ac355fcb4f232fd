// SPDX-License-Identifier: Apache-2.0
// Tells sleeping threads that something changed, in a form that poll(2) understands, so that a server's
// thread can wait for a change and for its client's going at once. Thread-safe; must outlive its ears.
#pragma once

#include "base/fd.hpp"
#include "base/wait.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace ingot::testing {

// What else can end a wait.
struct Watch {
  int fd = -1;
  short events = 0;  // of poll(2); a hang-up always counts
  base::Clock::time_point deadline = base::Clock::time_point::max();
};

class Bell {
 public:
  // Wakes every ear, also those that do not wait yet.
  void ring();

  // Hears what rings while it lives.
  class Ear {
   public:
    explicit Ear(Bell& bell);
    ~Ear();
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;
    // Until it rings. False: `events` (or a hang-up) came on `fd` instead, or `deadline` is over.
    bool wait(const Watch& watch);

   private:
    Bell& bell_;
    base::Fd event_;
  };

 private:
  std::mutex mutex_;
  std::vector<int> ears_;
};

// Blocks until `is_so` (called with `mutex` held); false when `watch` ended the wait. Whoever changes what
// `is_so` looks at rings `bell`.
bool wait_until(Bell& bell, std::mutex& mutex, const std::function<bool()>& is_so, const Watch& watch = {});

}  // namespace ingot::testing
