// SPDX-License-Identifier: Apache-2.0
// What a server tells, over as many connections as it takes: after a lost one it goes on behind the last
// message, or with a new snapshot where the server cannot go on from there.
#pragma once

#include "live/messages.hpp"
#include "live/requests.hpp"
#include "serve/client.hpp"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace ingot::serve {

// Called on the thread that follows.
struct Follower {
  // A message, and whether there is to be another one. The `welcome` of a connection that goes on where the
  // one before has ended is none.
  std::function<bool(const std::string& message)> take;
  // The connection is lost, and made again; again for every try that fails for another reason than the last.
  // Null: it is not made again.
  std::function<void(const std::string& reason)> on_lost = {};
  // It is there again. False: a `welcome` and a whole snapshot follow.
  std::function<void(bool is_resumed)> on_back = {};
  // Whether a server is the one that is meant. Null: whichever listens there.
  std::function<bool(const live::ServerInfo& server)> is_meant = {};
};

// Between tries: twice as long each time, and up to a half shorter by chance, so that not all clients of a
// server that begins anew come at once.
inline constexpr std::chrono::milliseconds kFirstWait{250};
inline constexpr std::chrono::milliseconds kLongestWait{4000};

// Until `take` has had enough; false when at the first try no server listens there, or another one than is
// meant. Errors of that try as Client::connect(). Error{environment}, with how to go on, when the connection
// ends and is not made again: nobody has asked for that, the server had not said welcome yet, does not
// understand this client, or has become another one. Throws Refused at any time, and base::Cancelled.
bool follow(const ServerPlace& place, live::Hello hello, const Follower& follower,
            const std::stop_token& stop);

}  // namespace ingot::serve
